"""Threads that take calls from a queue, and those that share the parts of one call, which are kept between calls.

They are built on `SimpleQueue` alone, whose operations are done in C. Ctrl-C is raised in the main thread between any
two steps of Python code. If that is code which has just taken a lock, as in a `Future` or a `ThreadPoolExecutor`, the
lock is never given back, a worker waits for it, and whoever waits for the worker waits for ever.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeAlias, TypeVar

from textprep.errors import ConfigError

Map: TypeAlias = Callable[..., Iterable[Any]]
Result = TypeVar("Result")

NAME = "textmill-worker"
LONGEST = 60.0  # seconds to wait for a thread's end: longer than any call takes, compiling included


class Answer(Generic[Result]):
    """What becomes of a call."""

    def __init__(self) -> None:
        self._outcome: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def settle(self, work: Callable[..., Result], items: tuple[Any, ...]) -> None:
        """Make the call."""
        try:
            self._outcome.put((work(*items), None))
        except BaseException as error:
            self._outcome.put((None, error))

    def result(self) -> Result:
        """Wait for the call, once; give its result or raise its error."""
        value, error = self._outcome.get()
        if error is not None:
            try:
                raise error
            finally:
                del error  # its traceback leads back here
        return value


class Workers:
    """Some threads. They end with `close`, or with the process, which does not wait for them."""

    def __init__(self, threads: int, name: str = "textmill") -> None:
        self._calls: SimpleQueue[tuple[Answer[Any], Callable[..., Any], tuple[Any, ...]] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        for number in range(threads):
            thread = threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def submit(self, work: Callable[..., Result], *items: Any) -> Answer[Result]:
        """Have one of the threads make a call."""
        answer: Answer[Result] = Answer()
        self._calls.put((answer, work, items))
        return answer

    def map(self, work: Callable[..., Result], *columns: Iterable[Any]) -> Iterator[Result]:
        """Like `map`, but all calls are handed out at once."""
        answers = [self.submit(work, *items) for items in zip(*columns, strict=False)]
        return (answer.result() for answer in answers)

    def close(self) -> None:
        """Drop the calls that no thread has begun, and wait for the threads to end."""
        while not self._calls.empty():
            try:
                self._calls.get_nowait()
            except Empty:  # a thread was faster
                break
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join(LONGEST)

    def _run(self) -> None:
        while call := self._calls.get():
            answer, work, items = call
            answer.settle(work, items)
            del call, answer, work, items  # nothing is kept while this thread waits


def workers(threads: int) -> Map:
    """`map`, or its like with several threads; within one of them, `map`, so that none waits for itself.

    Raises:
        ConfigError: `threads` is below 1.
    """
    if threads < 1:
        raise ConfigError(f"threads is {threads}; give 1 or more")
    if threads == 1 or threading.current_thread().name.startswith(NAME):
        return map
    return _kept(threads).map


@cache
def _kept(threads: int) -> Workers:
    """Kept, because new threads would begin with new memory."""
    return Workers(threads, NAME)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_kept.cache_clear)  # a child has none of its parent's threads
