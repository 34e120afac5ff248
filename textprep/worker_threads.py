"""Threads that share the parts of one call. They are kept between calls: new threads would begin with new memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeAlias

from textprep.errors import ConfigError

Map: TypeAlias = Callable[..., Iterable[Any]]

NAME = "textmill-worker"


def workers(threads: int) -> Map:
    """`map`, or its like with several threads; within one of them, `map`, so that none waits for itself.

    Raises:
        ConfigError: `threads` is below 1.
    """
    if threads < 1:
        raise ConfigError(f"threads is {threads}; give 1 or more")
    if threads == 1 or threading.current_thread().name.startswith(NAME):
        return map
    return _pool(threads).map


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix=NAME)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a child has none of its parent's threads
