from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from textprep.errors import InputError
from textprep.readers import open_documents


def invalid_text(*values: bytes) -> pa.Array:
    return pa.array(values, pa.binary()).view(pa.string())


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_rows_come_back_with_their_types_in_batches_of_the_asked_size(tmp_path, rows_of, kind):
    texts = [f"tëxt {i} \0 " + "x" * (i % 50) for i in range(5000)]
    spans = [[{"start": i}] for i in range(5000)]
    table = pa.table({"spans": spans, "text": pa.array(texts, pa.string()).cast(kind)})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1500)
    rows, bad = rows_of(tmp_path / "a.parquet", batch_bytes=20_000)
    assert rows == [{"spans": span, "text": text} for span, text in zip(spans, texts, strict=True)]
    assert not bad
    batches = list(open_documents(tmp_path / "a.parquet", batch_bytes=20_000))
    assert len(batches) > 5
    assert batches[0].schema.field("text").type == pa.string()


def test_other_columns_that_are_not_utf8_make_bad_rows(tmp_path, rows_of):
    names = invalid_text(b"cat", b"dog \xff", b"cow")
    pq.write_table(pa.table({"name": names, "text": ["a", "b", None]}), tmp_path / "b.parquet")
    rows, bad = rows_of(tmp_path / "b.parquet")
    assert rows == [{"name": "cat", "text": "a"}]
    assert [(row.line, row.reason) for row in bad] == [(2, "'name' is not UTF-8"), (3, "'text' is null")]
    assert [row.raw for row in bad] == [rb'{"name": "dog \\xff", "text": "b"}', b'{"name": "cow"}']


def test_the_name_of_a_column_that_is_not_utf8(tmp_path):
    pq.write_table(pa.table({"text": ["a"], "nonesuch": ["b"]}), tmp_path / "c.parquet")
    content = (tmp_path / "c.parquet").read_bytes()
    (tmp_path / "c.parquet").write_bytes(content.replace(b"nonesuch", b"\x80" * 8))
    with pytest.raises(InputError, match=r"c\.parquet: the Parquet file is damaged"):
        list(open_documents(tmp_path / "c.parquet"))


def test_null_and_invalid_texts_are_bad_rows(tmp_path, rows_of):
    texts = pa.concat_arrays([invalid_text(b"good", b"bad \xff"), pa.array([None, "fine"], pa.string())])
    pq.write_table(pa.table({"id": [1, 2, 3, 4], "text": texts}), tmp_path / "b.parquet")
    rows, bad = rows_of(tmp_path / "b.parquet", batch_bytes=1)
    assert rows == [{"id": 1, "text": "good"}, {"id": 4, "text": "fine"}]
    assert [(row.line, row.raw) for row in bad] == [(2, b"bad \xff"), (3, b'{"id": 3}')]
    assert bad[1].reason == "'text' is null"
    with pytest.raises(InputError, match=r"b.parquet:2: invalid UTF-8"):
        list(open_documents(tmp_path / "b.parquet"))


@pytest.mark.parametrize("group_rows", [100, 10_000])
def test_arrow_holds_a_few_batches_of_a_large_file(tmp_path, group_rows):
    draw = np.random.default_rng(0)
    texts = [draw.bytes(2000).hex() for _ in range(10_000)]
    path = tmp_path / "large.parquet"
    pq.write_table(pa.table({"text": texts}), path, row_group_size=group_rows, compression="none")
    del texts
    before, held = pa.total_allocated_bytes(), []
    for batch in open_documents(path, batch_bytes=1 << 18):
        held.append(pa.total_allocated_bytes() - before)
        assert batch.num_rows
    assert max(held) < path.stat().st_size / 3


def test_an_empty_table_has_no_rows(tmp_path, rows_of):
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "e.parquet")
    assert rows_of(tmp_path / "e.parquet") == ([], [])


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("txet", r"there is no column 'txet', only 'id', 'text'; did you mean 'text'\?"),
        ("id", "the column 'id' holds int64, not strings"),
    ],
)
def test_a_column_that_is_no_text(tmp_path, column, message):
    pq.write_table(pa.table({"id": [1], "text": ["a"]}), tmp_path / "c.parquet")
    with pytest.raises(InputError, match=message):
        list(open_documents(tmp_path / "c.parquet", column))


def test_a_damaged_file_is_an_input_error(tmp_path):
    path = tmp_path / "d.parquet"
    pq.write_table(pa.table({"text": ["a" * 100] * 100}), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="damaged"):
        list(open_documents(path))


def test_an_error_of_the_callers_own_function_passes_unchanged(tmp_path):
    def full(row: object) -> None:
        raise OSError("no space left")

    pq.write_table(pa.table({"text": pa.array([None], pa.string())}), tmp_path / "n.parquet")
    with pytest.raises(OSError, match="no space left"):
        list(open_documents(tmp_path / "n.parquet", on_bad_row=full))
