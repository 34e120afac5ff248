"""The columns of tokens: reading them, joining them, writing them to Parquet."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from textprep import Pipeline, Tokens, Words

PREP = Pipeline(Words())
documents = st.lists(st.text("ab c,é"), min_size=1)


@given(st.lists(documents, min_size=1, max_size=4))
def test_concat_is_one_call_over_all(parts: list[list[str]]) -> None:
    joined, whole = Tokens.concat([PREP(part) for part in parts]), PREP([text for part in parts for text in part])
    assert joined.to_lists() == whole.to_lists()
    assert joined.words == whole.words
    assert [joined.spans(k) for k in range(len(joined))] == [whole.spans(k) for k in range(len(whole))]


def test_reading() -> None:
    tokens = PREP(["a b a", "", "b"])
    assert (len(tokens), tokens.count, tokens.words) == (3, 4, ["a", "b"])
    assert tokens[-1] == tokens[2] == ["b"]
    assert tokens.counts().tolist() == [2, 2]
    assert tokens.rows.tolist() == [0, 0, 0, 2]
    assert tokens.spans(0) == [(0, 1), (2, 3), (4, 5)]
    for document in (3, -4):
        with pytest.raises(IndexError, match="document"):
            tokens[document]


def test_parquet(tmp_path: Path) -> None:
    import pyarrow as pa

    tokens = PREP(["a b a", "", "é 😀"])
    pq.write_table(pa.Table.from_batches([tokens.to_arrow()]), tmp_path / "tokens.parquet")
    table = pq.read_table(tmp_path / "tokens.parquet")
    assert table.column("tokens").to_pylist() == tokens.to_lists()
    spans = [table.column(name).to_pylist()[2] for name in ("starts", "ends")]
    assert list(zip(*spans, strict=True)) == tokens.spans(2)
