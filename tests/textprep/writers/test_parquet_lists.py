"""Lists over several pages, and dictionaries that need codes of every width."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from textprep import Tokens
from textprep.writers import parquet_lists


def of_lengths(lengths: list[int], distinct: int) -> Tokens:
    offsets = np.cumsum([0, *lengths])
    codes = (np.arange(offsets[-1]) * 7919 % distinct).astype(np.int32)
    starts = np.concatenate([np.arange(length, dtype=np.int32) * 3 for length in lengths])
    types = pa.array([f"w{k}" for k in range(distinct)], pa.large_string())
    return Tokens(types, codes, offsets, starts, starts + 2)


def assert_read_back(written, tokens: Tokens) -> pq.ParquetFile:
    columns = pa.record_batch({"text": pa.array([""] * len(tokens))})
    file = pq.ParquetFile(io.BytesIO(written("parquet", (columns, tokens, None))))
    table = file.read()
    assert table["tokens"].to_pylist() == tokens.to_lists()
    for name in ("starts", "ends"):
        values = table[name].combine_chunks()
        assert np.array_equal(values.values.to_numpy(), getattr(tokens, name))
        assert np.array_equal(values.offsets.to_numpy(), tokens.offsets)
    return file


@pytest.mark.parametrize("page_items", [1, 2, 7, 1000])
@pytest.mark.parametrize("lengths", [[0], [0, 0, 5], [3, 0, 0, 4, 1, 1, 0], [40, 1, 2], [1] * 9, [0, 300, 0]])
def test_pages_end_with_documents(written, monkeypatch, page_items, lengths):
    monkeypatch.setattr(parquet_lists, "PAGE_ITEMS", page_items)
    assert_read_back(written, of_lengths(lengths, 5))


@pytest.mark.parametrize("distinct", [1, 2, 255, 256, 257, 65_535, 65_536, 65_537])
def test_codes_of_every_width(written, distinct):
    assert_read_back(written, of_lengths([distinct, 0, 3], distinct))
