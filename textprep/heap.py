"""Memory that was let go of, given back to the system."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


def trim() -> None:
    """Give back all free pages of the C library's heap, where that library is glibc; elsewhere nothing is done.

    glibc keeps what was freed. Pieces of a few megabytes that come and go in several threads, none of quite the same
    size, leave holes between them, and the heap grows by a tenth or a fifth over hours.
    """
    if release := _malloc_trim():
        release(0)


@cache
def _malloc_trim() -> Any:
    """glibc's malloc_trim(3), or None."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
