"""Comma-separated values (RFC 4180) and tab-separated values (IANA text/tab-separated-values).

In CSV a quoted field may hold commas, doubled quotes and line ends. TSV has no quoting: a quote is plain text and a
tab always separates, as in the GLUE files. The first row names the columns; without such a header they are called
"0", "1", "2" and so on. Every value is a string; blank lines are skipped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, undecodable
from textprep.readers.encoding import UTF8
from textprep.readers.row import Row, Table
from textprep.readers.source import PathLike, line_blocks, numbered_lines, shown

_LARGEST_FIELD = 1 << 28  # characters; a quote that is never closed takes no more memory than such a field
_MUCH = 1 << 20  # bytes of a record
_FAULTS = {
    "unexpected end of data": "a quote is opened here that is never closed",
    "new-line character seen in unquoted field": "a carriage return stands in a field without quotes",
}


class _Record(NamedTuple):
    line: int
    raw: bytes
    fields: list[str]
    bad: BadRow | None


def csv_table(path: PathLike, header: bool = True, encoding: str = UTF8) -> Table:
    """Open a CSV file: its columns, and each row or what is wrong with it.

    Raises:
        InputError: The file cannot be read, or its header is missing, broken, or names a column twice.
        ConfigError: There is no such encoding.
    """
    return _table(shown(path), _csv_records(path, encoding), header)


def tsv_table(path: PathLike, header: bool = True, encoding: str = UTF8) -> Table:
    """Open a TSV file: its columns, and each row or what is wrong with it.

    Raises:
        InputError: As `csv_table`.
        ConfigError: There is no such encoding.
    """
    return _table(shown(path), _tsv_records(path, encoding), header)


def _table(file: str, records: Iterator[_Record], header: bool) -> Table:
    if header:
        names = _header(file, records)
        return Table(file, names, _rows(file, names, records, "the header"))
    bad: list[_Record] = []
    for first in records:
        if not first.bad:
            names = list(map(str, range(len(first.fields))))
            return Table(file, names, _rows(file, names, chain(bad, [first], records), f"line {first.line}"))
        bad.append(first)
    return Table(file, [], (record.bad for record in bad if record.bad))


def _header(file: str, records: Iterator[_Record]) -> list[str]:
    header = next(records, None)
    if header is None:
        raise InputError("the header is missing", file=file, remedy="put the column names on the first line")
    if header.bad:
        problem = f"the header cannot be read: {header.bad.reason}"
        raise InputError(problem, file=file, line=header.line, remedy=header.bad.remedy)
    names = header.fields
    if twice := {name for name in names if names.count(name) > 1}:
        remedy = "rename one, or say that there is no header (header=False; --no-header)"
        raise InputError(f"the header has two columns {min(twice)!r}", file=file, line=header.line, remedy=remedy)
    return names


def _rows(file: str, names: list[str], records: Iterator[_Record], measure: str) -> Iterator[Row | BadRow]:
    """Give the fields of each record their names; it must have as many as the `measure`."""
    for record in records:
        if record.bad:
            yield record.bad
        elif len(record.fields) != len(names):
            fault = f"the row has {len(record.fields)} fields, {measure} {len(names)}"
            yield BadRow(file, record.line, fault, record.raw)
        else:
            yield Row(record.line, record.raw, dict(zip(names, record.fields, strict=True)))


def _tsv_records(path: PathLike, encoding: str) -> Iterator[_Record]:
    file = shown(path)
    for number, raw in numbered_lines(path, encoding):
        if raw:
            yield _Record(number, raw, _text(raw).split("\t"), undecodable(file, number, raw, encoding))


def _csv_records(path: PathLike, encoding: str) -> Iterator[_Record]:
    """Let the csv module find the records, and note which lines it takes for each."""
    # The limit is one for the whole process: raised for long documents, never lowered under someone else.
    csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_FIELD))
    taken: list[bytes] = []

    def lines() -> Iterator[str]:
        for _, block in line_blocks(path, encoding=encoding):
            for line in io.BytesIO(block):
                taken.append(line)
                yield _text(line)

    file = shown(path)
    source = lines()
    reader = csv.reader(source, strict=True)
    first = 1
    while True:
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
        line, first = first, first + len(taken)
        taken.clear()
        if len(raw) > _MUCH:
            reader = csv.reader(source, strict=True)  # the old one keeps four bytes for each character of a field
        if raw:
            broken = BadRow(file, line, fault, raw) if fault else undecodable(file, line, raw, encoding)
            yield _Record(line, raw, fields, broken)


def _text(raw: bytes) -> str:
    # Bytes that are no UTF-8 pass as surrogates; the record that holds them is marked as faulty when it is whole.
    return raw.decode("utf-8", "surrogateescape")
