"""What the line-oriented table formats have in common: a row with names, its place, and its bytes."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        line: The line it begins on, counted from 1.
        raw: Its bytes as they stand in the file, without the line end.
        values: What it holds, by column.
    """

    line: int
    raw: bytes
    values: dict[str, object]
