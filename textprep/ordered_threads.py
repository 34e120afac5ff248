"""Work on a stream by several threads, its results in the order of the stream, never far ahead of who takes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

from textprep.worker_threads import Answer, Workers

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(work: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Generator[Result]:
    """The results of `work` for each item, in order, at most `threads` + 1 items ahead of what was taken."""
    yield from map(work, items) if threads == 1 else _pooled(work, items, threads)


def alongside(work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result]:
    """The results of `work` for each item, in order, done by another thread while the next items are made."""
    return _pooled(work, items, 1)


def _pooled(work: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Generator[Result]:
    pool = Workers(threads)
    waiting: deque[Answer[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.close()
