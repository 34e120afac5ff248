"""Threads that are kept: results in order, calls within calls, children of a process, errors."""

from __future__ import annotations

import os
import threading

import pytest

from textprep import ConfigError, Pipeline, Words
from textprep.worker_threads import workers


def test_results_in_order_from_the_same_threads_each_time() -> None:
    assert list(workers(2)(lambda k: k * k, range(20))) == [k * k for k in range(20)]
    names = {name for _ in range(3) for name in workers(2)(lambda _: threading.current_thread().name, range(20))}
    assert 1 <= len(names) <= 2


def test_calls_within_calls_do_not_wait_for_each_other() -> None:
    prep = Pipeline(Words())
    inner = lambda text: prep([text, text], threads=2).to_lists()  # noqa: E731
    assert list(workers(2)(inner, ["a b", "c", "d", "e"])) == [[["a", "b"]] * 2, [["c"]] * 2, [["d"]] * 2, [["e"]] * 2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_of_the_process_has_threads_of_its_own() -> None:
    list(workers(2)(abs, [1, 2]))
    child = os.fork()
    if not child:
        os._exit(0 if list(workers(2)(abs, [-1, -2])) == [1, 2] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_errors_come_back_and_the_threads_stay() -> None:
    with pytest.raises(ZeroDivisionError):
        list(workers(2)(lambda k: 1 // k, [1, 0, 2]))
    assert list(workers(2)(abs, [-1])) == [1]
    with pytest.raises(ConfigError, match="threads is 0"):
        workers(0)
