"""Smaller cases: delta debugging over plain JSON.

Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002): runs of a list or a string
are left out, all first, then halves, quarters, down to single items.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def smaller(value: Any) -> Iterator[Any]:
    """The value without one of its parts, the largest parts first."""
    if isinstance(value, list | str):
        size = len(value)
        while size > 0:
            yield from (value[:begin] + value[begin + size :] for begin in range(0, len(value), size))
            size = (size + 1) // 2 if size > 1 else 0
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from ([*value[:place], less, *value[place + 1 :]] for less in smaller(item))
    if isinstance(value, dict):
        for name, item in value.items():
            yield from ({**value, name: less} for less in smaller(item))
    if isinstance(value, bool):
        yield from [False] if value else []
    elif isinstance(value, int) and value > 0:
        yield from dict.fromkeys((0, value // 2, value - 1))
