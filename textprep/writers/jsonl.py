"""JSON Lines (jsonlines.org): the input's columns and `tokens`, `starts`, `ends` and perhaps `ids`, an object a line.

What JSON has not becomes its text (dates, bytes) or null (NaN, infinity).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from functools import cache
from typing import IO, TYPE_CHECKING, Any, ClassVar

import numpy as np

from textprep.arrow_strings import buffers_of, present_in
from textprep.writers.formats import WRITERS

if TYPE_CHECKING:
    import pyarrow as pa

    from textprep.ids import Ids
    from textprep.kernels.compiled import Bytes, Longs
    from textprep.tokens import Tokens

_NONE = np.zeros(0, np.int32)


@WRITERS.register("jsonl")
class JsonlWriter:
    """Writes JSON Lines; a word is turned into JSON once, however often it occurs."""

    ending: ClassVar[str] = ".jsonl"

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def render(self, batch: pa.RecordBatch, tokens: Tokens, ids: Ids | None) -> memoryview:
        """The lines of a batch."""
        from textprep.kernels.copying import SLACK
        from textprep.kernels.json_rows import json_rows

        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        lists = {"starts": tokens.starts, "ends": tokens.ends} | ({"ids": ids.values} if ids else {})
        numbers = (tokens.starts, tokens.ends, ids.values if ids else _NONE)
        room = sum((len(str(each.max(initial=0))) + 2) * each.size for each in numbers)
        words, word_bounds = _json_strings(tokens.types)
        values, value_bounds = _joined([_json_values(column) for column in columns.values()])
        labels, label_bounds = _labels(list(columns), list(lists))

        size = SLACK + len(values) + len(labels) * len(tokens) + room
        size += int((np.diff(word_bounds) + 2) @ tokens.counts())
        out = np.empty(size, np.uint8)
        own, new = (labels, label_bounds, values, value_bounds), (words, word_bounds, tokens.codes, *numbers)
        return out[: json_rows(*own, *new, tokens.offsets, *_numerals(), out)].data

    def write(self, rendered: memoryview) -> None:
        """Write the lines of a batch."""
        self._file.write(rendered)

    def finish(self) -> None:
        """Nothing stands at the end."""


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Rows as JSON Lines."""
    return (_json(row) + "\n" for row in rows)


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, default=str)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _json_values(column: pa.Array) -> tuple[Bytes, Longs]:
    """The values of a column as JSON, and where each begins.  # (bytes,), (rows + 1,)"""
    import pyarrow as pa

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _json_strings(column)
    values = [_json(value).encode() for value in column.to_pylist()]
    return np.frombuffer(b"".join(values), np.uint8), _bounds(values)


def _json_strings(strings: pa.Array) -> tuple[Bytes, Longs]:
    from textprep.kernels.json_rows import quoted

    return quoted(*buffers_of(strings), present_in(strings), *_escapes())


def _joined(columns: list[tuple[Bytes, Longs]]) -> tuple[Bytes, Longs]:
    """The values of all columns one behind the other, and where each begins.  # (bytes,), (columns, rows + 1)"""
    if len(columns) == 1:
        return columns[0][0], columns[0][1][None]
    shifts = _bounds([data for data, _ in columns])
    bounds = [bounds + shift for (_, bounds), shift in zip(columns, shifts, strict=False)]
    return np.concatenate([data for data, _ in columns]), np.stack(bounds)


def _labels(columns: list[str], lists: list[str]) -> tuple[Bytes, Longs]:
    """What stands in front of each value of a line, and at its end, as `json_rows` takes it."""
    own = [f", {_json(name)}: " for name in columns]
    new = [f", {_json(name)}: [" for name in ("tokens", *lists)]
    labels = ["{" + own[0][2:], *own[1:], new[0], *("]" + label for label in new[1:]), "]}\n"]
    encoded = [label.encode() for label in labels]
    return np.frombuffer(b"".join(encoded), np.uint8), _bounds(encoded)


def _bounds(pieces: list[Any]) -> Longs:
    """Where each piece begins when they stand one behind the other.  # (pieces + 1,)"""
    return np.cumsum([0, *map(len, pieces)])


@cache
def _escapes() -> tuple[Bytes, Bytes]:
    from textprep.kernels.json_rows import escapes

    return escapes()


@cache
def _numerals() -> tuple[Any, Bytes]:
    from textprep.kernels.json_rows import numerals

    return numerals()
