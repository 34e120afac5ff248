"""JSON Lines from columns, byte for byte against rows of Python objects."""

from __future__ import annotations

import json
import math
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep.writers.jsonl import json_lines

from .conftest import Batch, batch_of, rows


def finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def rendered_in_python(batch: Batch) -> str:
    columns, tokens, ids = batch
    lines = []
    for k, own in enumerate(columns.to_pylist()):
        spans = tokens.spans(k)
        new = {"tokens": tokens[k], "starts": [start for start, _ in spans], "ends": [end for _, end in spans]}
        row = own | new | ({"ids": ids[k].tolist()} if ids else {})
        lines.append(json.dumps(finite(row), ensure_ascii=False, default=str) + "\n")
    return "".join(lines)


@given(rows, st.booleans())
def test_every_line_is_what_json_dumps_gives(written, rows, with_ids):
    batch = batch_of(rows, with_ids)
    assert written("jsonl", batch).decode() == rendered_in_python(batch)


@given(rows, st.integers(0, 3))
def test_columns_that_are_slices_of_others(written, rows, first):
    columns, tokens, _ = batch_of([("é", []), *rows])
    columns, tokens = columns.slice(1), batch_of(rows)[1]
    assert written("jsonl", (columns, tokens, None)).decode() == rendered_in_python((columns, tokens, None))


def test_batch_after_batch(written):
    batches = [batch_of([("a b", [("a", 0, 1, 2), ("b", 2, 3, 3)])]), batch_of([("", [])])]
    assert written("jsonl", *batches).decode() == "".join(map(rendered_in_python, batches))


@pytest.mark.parametrize("number", [0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 12_345_678, 2**31 - 1])
def test_numbers_of_every_length(written, number):
    batch = batch_of([("a", [("a", number, number, 0)] * 2)])
    assert written("jsonl", batch).decode() == rendered_in_python(batch)


def test_one_text_column_and_nothing_else(written):
    columns, tokens, _ = batch_of([("a\tb", [("a", 0, 1, 2)])])
    columns = pa.record_batch({"text": columns["text"]})
    assert (
        written("jsonl", (columns, tokens, None)) == b'{"text": "a\\tb", "tokens": ["a"], "starts": [0], "ends": [1]}\n'
    )


def test_rows_as_lines():
    made = list(json_lines([{"a": float("nan"), "b": [1, {"c": -math.inf}]}, {"d": b"\xff", "é": 1.5}]))
    assert made == ['{"a": null, "b": [1, {"c": null}]}\n', '{"d": "b\'\\\\xff\'", "é": 1.5}\n']
