"""JSON Lines (jsonlines.org): one JSON object (RFC 8259) a line; blank lines are skipped."""

from __future__ import annotations

import json
from collections.abc import Iterator

from textprep.readers.bad_row import BadRow, undecodable
from textprep.readers.encoding import UTF8
from textprep.readers.row import Row
from textprep.readers.source import PathLike, numbered_lines, shown


def jsonl_rows(path: PathLike, encoding: str = UTF8) -> Iterator[Row | BadRow]:
    """Yield each object as a row, or what is wrong with its line.

    Raises:
        InputError: The file cannot be read.
        ConfigError: There is no such encoding.
    """
    file = shown(path)
    for number, raw in numbered_lines(path, encoding):
        if raw.strip():
            values = _parse(raw)
            if isinstance(values, dict):
                yield Row(number, raw, values)
            else:
                yield undecodable(file, number, raw, encoding) or BadRow(file, number, values, raw)


def _parse(raw: bytes) -> dict[str, object] | str:
    """The object that a line holds, or what is wrong with it."""
    try:
        value = json.loads(raw.decode())  # given bytes, json would take some for UTF-16 or UTF-32
    except (ValueError, RecursionError) as error:
        return f"broken JSON: {error}"
    return value if isinstance(value, dict) else "the line is JSON, but not an object {...}"
