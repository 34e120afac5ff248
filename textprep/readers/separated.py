"""Comma-separated values (RFC 4180) and tab-separated values (IANA text/tab-separated-values), with a header row.

In CSV a quoted field may hold commas, doubled quotes and line ends. TSV has no quoting: a quote is plain text and a
tab always separates, as in the GLUE files. Every value is a string; blank lines are skipped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, utf8_fault
from textprep.readers.columns import missing_column
from textprep.readers.row import Row
from textprep.readers.source import PathLike, line_blocks, shown, split_lines

_LARGEST_FIELD = 1 << 28  # characters; a quote that is never closed takes no more memory than such a field
_FAULTS = {
    "unexpected end of data": "a quote is opened here that is never closed",
    "new-line character seen in unquoted field": "a carriage return stands in a field without quotes",
}


class _Record(NamedTuple):
    line: int
    raw: bytes
    fields: list[str]
    fault: str | None = None


def csv_rows(path: PathLike, required: str | None = None) -> Iterator[Row | BadRow]:
    """Yield each row of a CSV file below its header, or what is wrong with it.

    Raises:
        InputError: The file cannot be read, or its header is missing, broken, names a column twice, or lacks the
            `required` one.
    """
    return _named(path, _csv_records(path), required)


def tsv_rows(path: PathLike, required: str | None = None) -> Iterator[Row | BadRow]:
    """Yield each row of a TSV file below its header, or what is wrong with it.

    Raises:
        InputError: As `csv_rows`.
    """
    return _named(path, _tsv_records(path), required)


def _named(path: PathLike, records: Iterator[_Record], required: str | None) -> Iterator[Row | BadRow]:
    """Give the fields of each record the names that stand in the first one."""
    file = shown(path)
    header = next(records, None)
    if header is None:
        raise InputError("the header is missing", file=file, remedy="put the column names on the first line")
    if header.fault:
        raise InputError(f"the header cannot be read: {header.fault}", file=file, line=header.line)
    names = header.fields
    if twice := {name for name in names if names.count(name) > 1}:
        raise InputError(f"the header has two columns {min(twice)!r}", file=file, line=header.line, remedy="rename one")
    if required is not None and required not in names:
        raise missing_column(required, names, file)
    for record in records:
        fault = record.fault
        if not fault and len(record.fields) != len(names):
            fault = f"the row has {len(record.fields)} fields, the header {len(names)}"
        if fault:
            yield BadRow(file, record.line, fault, record.raw)
        else:
            yield Row(record.line, record.raw, dict(zip(names, record.fields, strict=True)))


def _tsv_records(path: PathLike) -> Iterator[_Record]:
    for first, block in line_blocks(path):
        for number, raw in enumerate(split_lines(block), first):
            if raw:
                yield _Record(number, raw, _text(raw).split("\t"), utf8_fault(raw))


def _csv_records(path: PathLike) -> Iterator[_Record]:
    """Let the csv module find the records, and note which lines it takes for each."""
    # The limit is one for the whole process: raised for long documents, never lowered under someone else.
    csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_FIELD))
    taken: list[bytes] = []

    def lines() -> Iterator[str]:
        for _, block in line_blocks(path):
            for line in io.BytesIO(block):
                taken.append(line)
                yield _text(line)

    reader = csv.reader(lines(), strict=True)
    while True:
        first = reader.line_num + 1
        fields: list[str] = []
        fault = None
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = str(error).partition(" - ")[0]
            fault = _FAULTS.get(problem, f"broken CSV: {problem}")
        raw = b"".join(taken).removesuffix(b"\n").removesuffix(b"\r")
        taken.clear()
        if raw:
            yield _Record(first, raw, fields, fault or utf8_fault(raw))


def _text(raw: bytes) -> str:
    # Bytes that are no UTF-8 pass as surrogates; the record that holds them is marked as faulty when it is whole.
    return raw.decode("utf-8", "surrogateescape")
