"""A row that a reader cannot use, and what becomes of it: the caller's function gets it, or an error is raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from textprep.errors import InputError
from textprep.readers.encoding import UTF8, utf8_fault


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that was left out.

    Attributes:
        file: The file it stands in.
        line: The line it begins on (in Parquet the row), counted from 1; of a sentence, the line of the fault.
        reason: Why it cannot be used.
        raw: Its bytes as they stand in the file; in UTF-8 if that is in another encoding.
        remedy: What can be done about it.
    """

    file: str
    line: int
    reason: str
    raw: bytes
    remedy: str = "correct it or leave it out"


OnBadRow = Callable[[BadRow], object]
"""What a reader does with a bad row before it goes on to the next one; `Quarantine` is one such function."""


def refuse(row: BadRow) -> NoReturn:
    """Stop at the first bad row: what readers do unless they are given something else.

    Raises:
        InputError: Always, with the file and line of the row.
    """
    raise InputError(row.reason, file=row.file, line=row.line, remedy=row.remedy)


def undecodable(file: str, line: int, raw: bytes, encoding: str) -> BadRow | None:
    """The bad row that a line in `encoding` is if it cannot be decoded; None if it can."""
    if fault := utf8_fault(raw, encoding):
        return BadRow(file, line, fault, raw, encoding_remedy(encoding))
    return None


def encoding_remedy(encoding: str) -> str:
    """What can be done about bytes that are no text in `encoding`."""
    if encoding == UTF8:
        return "if the file is not in UTF-8, name its encoding (encoding='latin-1'; --encoding latin-1)"
    return "name another encoding, or correct the line"
