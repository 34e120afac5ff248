"""Order, how far threads run ahead, and that nothing goes on after an end."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from typing import Any

import pytest

from textprep.ordered_threads import alongside, in_order

WAYS = {f"{threads} threads": partial(in_order, threads=threads) for threads in (1, 2, 5)} | {"alongside": alongside}
way = pytest.mark.parametrize("run", WAYS.values(), ids=WAYS)


def counted(taken: list[int], last: int = 30) -> Iterator[int]:
    for k in range(last):
        taken.append(k)
        yield k


@way
def test_results_keep_the_order_and_items_are_not_taken_far_ahead(run: Callable[..., Any]) -> None:
    taken: list[int] = []
    with closing(run(lambda k: k * k, counted(taken))) as results:
        assert next(results) == 0
        assert len(taken) <= 6
        assert list(results) == [k * k for k in range(1, 30)]


@way
def test_an_error_in_the_work_comes_out_where_its_result_would(run: Callable[..., Any]) -> None:
    with closing(run(lambda k: 6 // (k - 3), counted([]))) as results:
        assert [next(results) for _ in range(3)] == [-2, -3, -6]
        with pytest.raises(ZeroDivisionError):
            next(results)


@way
def test_an_error_in_the_items_comes_out(run: Callable[..., Any]) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    with closing(run(lambda k: k, items())) as results, pytest.raises(OSError, match="gone"):
        list(results)


@way
def test_closing_ends_the_threads_and_takes_nothing_more(run: Callable[..., Any]) -> None:
    before, taken = threading.active_count(), []
    results = run(lambda k: k, counted(taken))
    next(results)
    results.close()
    count = len(taken)
    assert threading.active_count() == before
    assert (list(results), len(taken)) == ([], count)


def test_alongside_makes_the_next_item_while_it_works() -> None:
    made = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    with closing(alongside(lambda _: made.wait(60), items())) as results:
        assert list(results) == [True, True]


def test_one_behind_the_other_stop_together() -> None:
    before, taken = threading.active_count(), []
    with (
        closing(in_order(lambda k: k, counted(taken), 2)) as worked,
        closing(alongside(lambda k: 1 // k, worked)) as done,
        pytest.raises(ZeroDivisionError),
    ):
        list(done)
    assert threading.active_count() == before
    assert len(taken) <= 7


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_interrupt_at_any_step_ends_it() -> None:
    """Ctrl-C comes as an exception, as here where a function begins or ends; no worker may wait for what it left."""

    def slow(number: int) -> int:
        time.sleep(0.002)
        return number

    def interrupted_at(step: int) -> bool:
        """Whether there was such a step."""
        steps = itertools.count()

        def trace(_frame: Any, event: str, _value: Any) -> Callable[..., Any]:
            if event in ("call", "return") and next(steps) == step:
                raise KeyboardInterrupt
            return trace

        def take() -> None:
            sys.settrace(trace)
            with suppress(KeyboardInterrupt), closing(in_order(slow, iter([1, 2, 3]), 2)) as results:
                list(results)
            sys.settrace(None)

        taker = threading.Thread(target=take, daemon=True)
        taker.start()
        taker.join(20)
        assert not taker.is_alive(), f"waits for ever after an interrupt at step {step}"
        return next(steps) > step

    assert sum(1 for _ in itertools.takewhile(interrupted_at, itertools.count(1))) > 100
