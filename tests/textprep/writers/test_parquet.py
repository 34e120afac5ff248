"""Parquet files against those that pyarrow writes of the same columns."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from textprep import Tokens

from .conftest import Batch, batch_of, rows


def all_columns(batch: Batch) -> pa.RecordBatch:
    columns, tokens, ids = batch
    new = zip(("tokens", "starts", "ends"), tokens.to_arrow().columns, strict=True)
    for name, values in [*new, *([("ids", ids.to_arrow())] if ids else [])]:
        columns = columns.append_column(name, values)
    return columns


def by_pyarrow(batches: list[Batch]) -> bytes:
    """The file that pyarrow writes, a row group a batch."""
    sink = pa.BufferOutputStream()
    whole = list(map(all_columns, batches))
    with pq.ParquetWriter(sink, whole[0].schema) as writer:
        for batch in whole:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def assert_same(ours: bytes, theirs: bytes) -> None:
    here, there = pq.ParquetFile(io.BytesIO(ours)), pq.ParquetFile(io.BytesIO(theirs))
    assert here.schema_arrow.equals(there.schema_arrow, check_metadata=True)
    assert here.schema.equals(there.schema)
    assert (here.metadata.num_rows, here.metadata.num_row_groups) == (
        there.metadata.num_rows,
        there.metadata.num_row_groups,
    )
    for group in range(here.metadata.num_row_groups):  # as text, in which NaN equals itself
        assert str(here.read_row_group(group).to_pydict()) == str(there.read_row_group(group).to_pydict())


@given(st.lists(rows, min_size=1, max_size=3), st.booleans())
def test_a_reader_gets_what_pyarrow_would_have_written(written, batches, with_ids):
    made = [batch_of(each, with_ids) for each in batches]
    assert_same(written("parquet", *made), by_pyarrow(made))


@pytest.mark.parametrize("column", ["text", "tokens", "starts", "ends", "tags", "who"])
def test_a_column_alone(written, column):
    made = [batch_of([("a b", [("a", 0, 1, 0), ("b", 2, 3, 0)]), ("", [])]), batch_of([("c", [("c", 0, 1, 0)])])]
    found = pq.read_table(io.BytesIO(written("parquet", *made)), columns=[column])
    assert found.to_pydict() == pq.read_table(io.BytesIO(by_pyarrow(made)), columns=[column]).to_pydict()


def test_words_stay_codes_into_a_dictionary(written):
    made = [batch_of([("a a", [("a", 0, 1, 0)] * 2)])]
    file = pq.ParquetFile(io.BytesIO(written("parquet", *made)))
    assert pa.types.is_dictionary(file.read()["tokens"].type.value_type)
    chunk = {c.path_in_schema: c for c in map(file.metadata.row_group(0).column, range(file.metadata.num_columns))}
    assert chunk["tokens.list.element"].has_dictionary_page
    assert "RLE_DICTIONARY" in chunk["tokens.list.element"].encodings
    assert "DELTA_BINARY_PACKED" in chunk["starts.list.element"].encodings


def test_metadata_of_the_input_travels_along(written):
    columns, tokens, _ = batch_of([("a", [])])
    columns = columns.replace_schema_metadata({"made by": "someone"})
    found = pq.read_schema(io.BytesIO(written("parquet", (columns, tokens, None))))
    assert found.metadata == {b"made by": b"someone"}


def test_no_documents(written):
    columns, tokens, _ = batch_of([("a", [("a", 0, 1, 0)])])
    none = columns.slice(0, 0), Tokens(pa.array([], pa.large_string()), *map(np.array, ([], [0], [], []))), None
    found = pq.ParquetFile(io.BytesIO(written("parquet", none)))
    assert found.schema_arrow.equals(pq.read_schema(io.BytesIO(by_pyarrow([(columns, tokens, None)]))))
    assert len(found.read()) == 0


def test_more_rows_than_a_row_group_of_pyarrow_has(written):
    count = (1 << 20) + 5
    columns = pa.record_batch({"text": pa.array(["x"]).take(pa.array(np.zeros(count, np.int32)))})
    tokens = Tokens(
        pa.array(["x"], pa.large_string()),
        np.zeros(count, np.int32),
        np.arange(count + 1),
        np.zeros(count, np.int32),
        np.ones(count, np.int32),
    )
    file = pq.ParquetFile(io.BytesIO(written("parquet", (columns, tokens, None))))
    assert file.metadata.num_row_groups == 1
    table = file.read().combine_chunks()
    assert len(table) == count
    assert set(table["ends"].combine_chunks().values.to_pylist()) == {1}
    assert table.slice(count - 1).to_pylist() == [{"text": "x", "tokens": ["x"], "starts": [0], "ends": [1]}]
