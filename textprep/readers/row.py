"""What the row-oriented formats have in common: rows with named values, each with its place and its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textprep.readers.bad_row import BadRow


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        line: The line (or row) it begins on, counted from 1.
        raw: Its bytes as they stand in the file, without the line end; empty if the file has no lines.
        values: What it holds, by column.
    """

    line: int
    raw: bytes
    values: dict[str, object]

    def bad(self, file: str, reason: str) -> BadRow:
        """This row of `file` as one that cannot be used."""
        raw = self.raw or json.dumps(self.values, default=str, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return BadRow(file, self.line, reason, raw)


class Table(NamedTuple):
    """The rows of one source.

    Attributes:
        file: Its name in messages.
        names: Its columns; None if it is for the rows to say, as in JSON Lines; none if no row can be read.
        rows: The rows, in order, as they are read.
    """

    file: str
    names: Sequence[str] | None
    rows: Iterator[Row | BadRow]
