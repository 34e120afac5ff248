"""JSON Lines (jsonlines.org): one JSON object (RFC 8259) a line, no key in it twice; blank lines are skipped."""

from __future__ import annotations

import json
from collections.abc import Iterator

from textprep.readers.bad_row import BadRow, undecodable
from textprep.readers.encoding import UTF8
from textprep.readers.row import Row
from textprep.readers.source import PathLike, numbered_lines, shown
from textprep.strict_json import KeyTwiceError, each_key_once


def jsonl_rows(path: PathLike, encoding: str = UTF8) -> Iterator[Row | BadRow]:
    """Yield each object as a row, or what is wrong with its line.

    Raises:
        InputError: The file cannot be read.
        ConfigError: There is no such encoding.
    """
    file = shown(path)
    for number, raw in numbered_lines(path, encoding):
        if raw.strip():
            yield _row(file, number, raw, encoding)


def _row(file: str, number: int, raw: bytes, encoding: str) -> Row | BadRow:
    values = _parse(raw)
    if isinstance(values, dict):
        return Row(number, raw, values)
    return undecodable(file, number, raw, encoding) or BadRow(file, number, values, raw)


def _parse(raw: bytes) -> dict[str, object] | str:
    """The object that a line holds, or what is wrong with it."""
    nested = raw.count(b"{") > 1
    try:
        line = raw.decode()  # given bytes, json would take some for UTF-16 or UTF-32
        value = json.loads(line, object_pairs_hook=each_key_once if nested else None)
        if not isinstance(value, dict):
            return "the line is JSON, but not an object {...}"
        if not nested and raw.count(b":") > len(value):  # colons of a text, or of a key that stands twice
            json.loads(line, object_pairs_hook=each_key_once)
    except KeyTwiceError as error:
        return str(error)
    except (ValueError, RecursionError) as error:
        return f"broken JSON: {error}"
    return value
