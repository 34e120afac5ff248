"""Batches of documents with their tokens, as a pipeline gives them to a writer."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import strategies as st

from textprep import Ids, Tokens
from textprep.writers.formats import WRITERS

Batch = tuple[pa.RecordBatch, Tokens, Ids | None]

OTHER_COLUMNS = {
    "id": [7, None],
    "label": pa.array(["böse", None], pa.large_string()),
    "half": [0.5, float("nan")],
    "far": [[float("inf")], None],
    "day": [datetime.date(2024, 2, 29), None],
    "raw": [b"\xff", b""],
    "tags": [["a", "b"], []],
    "who": [{"name": "x", "age": 1}, None],
    'a "name"\n': [True, None],
    "kind": pa.array(["x", "y"]).dictionary_encode(),
}

words = st.text(st.sampled_from('ab"\\\n\x1f\x7f é😀') | st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers(0, 2**31 - 1) | st.integers(0, 20_000)
rows = st.lists(st.tuples(words, st.lists(st.tuples(words, numbers, numbers, numbers), max_size=6)), min_size=1)


def batch_of(rows: Sequence[tuple[str, list[tuple[str, int, int, int]]]], with_ids: bool = False) -> Batch:
    """A text and its tokens (word, start, end, id) a row; every text has the other columns beside it in turn."""
    flat = [token for _, tokens in rows for token in tokens]
    types = list(dict.fromkeys(word for word, *_ in flat))
    codes = np.array([types.index(word) for word, *_ in flat], np.int32)
    starts, ends, ids = (np.array([token[k] for token in flat], np.int32) for k in (1, 2, 3))
    offsets = np.cumsum([0, *(len(tokens) for _, tokens in rows)])
    columns = {"text": pa.array([text for text, _ in rows], pa.string())}
    for name, values in OTHER_COLUMNS.items():
        columns[name] = pa.array(values).take(pa.array([k % 2 for k in range(len(rows))]))
    tokens = Tokens(pa.array(types, pa.large_string()), codes, offsets, starts, ends)
    return pa.record_batch(columns), tokens, Ids(ids, offsets) if with_ids else None


@pytest.fixture(scope="session")
def written() -> Any:
    """What a writer of that name makes of batches."""

    def write(name: str, *batches: Batch) -> bytes:
        file = io.BytesIO()
        writer = WRITERS[name](file)
        for rendered in [writer.render(*batch) for batch in batches]:  # as in several threads: rendered before written
            writer.write(rendered)
        writer.finish()
        return file.getvalue()

    return write
