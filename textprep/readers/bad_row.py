"""A row that a reader cannot use, and what becomes of it: the caller's function gets it, or an error is raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from textprep.errors import InputError


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that was left out.

    Attributes:
        file: The file it stands in.
        line: The line it begins on (in Parquet the row), counted from 1.
        reason: Why it cannot be used.
        raw: Its bytes as they stand in the file.
    """

    file: str
    line: int
    reason: str
    raw: bytes


OnBadRow = Callable[[BadRow], object]
"""What a reader does with a bad row before it goes on to the next one; `Quarantine` is one such function."""


def refuse(row: BadRow) -> NoReturn:
    """Stop at the first bad row: what readers do unless they are given something else.

    Raises:
        InputError: Always, with the file and line of the row.
    """
    raise InputError(row.reason, file=row.file, line=row.line, remedy="correct it or leave it out")


def utf8_fault(raw: bytes) -> str | None:
    """Say where `raw` stops being UTF-8; None if it never does."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return f"invalid UTF-8: byte 0x{raw[error.start]:02x} at byte {error.start + 1} of the line"
    return None
