"""The formats that are read row by row, told by the name of the file."""

from __future__ import annotations

from textprep.readers.encoding import UTF8
from textprep.readers.jsonl import jsonl_rows
from textprep.readers.row import Table
from textprep.readers.separated import csv_table, tsv_table
from textprep.readers.source import PathLike, shown, suffix

JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})
SEPARATED = {".csv": csv_table, ".tsv": tsv_table}


def is_table(path: PathLike) -> bool:
    """Whether `open_table` reads `path`."""
    return suffix(path) in JSON_LINES or suffix(path) in SEPARATED


def open_table(path: PathLike, header: bool = True, encoding: str = UTF8) -> Table:
    """Open a JSON Lines, CSV or TSV file.

    Args:
        path: The file, perhaps packed.
        header: Whether the first row of CSV and TSV names the columns; else they are "0", "1", "2" and so on.
        encoding: The encoding of the file.

    Raises:
        InputError: The file cannot be read, or its header is missing, broken, or names a column twice.
        ConfigError: There is no such encoding.
    """
    ending = suffix(path)
    if ending in JSON_LINES:
        return Table(shown(path), None, jsonl_rows(path, encoding))
    return SEPARATED[ending](path, header, encoding)
