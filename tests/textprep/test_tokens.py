"""The columns of tokens: reading them, joining them, writing them to Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from textprep import (
    ConfigError,
    InputError,
    Lower,
    Phrases,
    Pipeline,
    StopWords,
    Tokens,
    WhiteSpace,
    Words,
)
from textprep.protocols import Stage

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


def with_annotations(texts: list[str]) -> Tokens:
    """Tokens with a sentence behind every "c", and tags that number them."""
    tokens = PREP(texts)
    ends = [k + 1 for k, code in enumerate(tokens.codes) if tokens.words[code] == "c"]
    sentences = np.unique([*tokens.offsets, *ends])
    tagged = tokens.with_layer("place", [str(k) for k in range(tokens.count)])
    return replace(tagged, sentences=sentences)


@given(st.lists(documents, min_size=1, max_size=4))
def test_concat_keeps_sentences_and_layers(parts: list[list[str]]) -> None:
    joined = Tokens.concat([with_annotations(part) for part in parts])
    whole = with_annotations([text for part in parts for text in part])
    assert joined.sentence_lists() == whole.sentence_lists()
    assert joined.sentences is not None
    assert whole.sentences is not None
    assert joined.sentences.tolist() == whole.sentences.tolist()
    numbers = [str(k) for part in parts for k in range(PREP(part).count)]
    assert joined.layer("place")[:] == numbers


def test_concat_of_what_does_not_fit() -> None:
    plain, tagged = PREP(["a"]), PREP(["a"]).with_layer("pos", ["X"])
    with pytest.raises(ConfigError, match="layers or sentences that others lack"):
        Tokens.concat([plain, tagged])


@given(documents, st.data())
def test_taken(texts: list[str], data: st.DataObject) -> None:
    tokens = with_annotations(texts)
    keep = data.draw(st.lists(st.booleans(), min_size=tokens.count, max_size=tokens.count))
    found = tokens.taken(np.flatnonzero(keep))
    kept = iter(keep)
    expected = [[[word for word in words if next(kept)] for words in lists] for lists in tokens.sentence_lists()]
    assert found.sentence_lists() == [[words for words in lists if words] for lists in expected]
    assert found.to_lists() == [[word for words in lists for word in words] for lists in expected]
    assert found.layer("place")[:] == [str(k) for k, stays in enumerate(keep) if stays]
    spans = [span for k in range(len(tokens)) for span in tokens.spans(k)]
    assert [span for k in range(len(found)) for span in found.spans(k)] == list(compress(spans, keep))


@dataclass(frozen=True)
class Annotate:
    """Puts sentences and numbered tags on the tokens of a pipeline."""

    def rewrite(self, tokens: Tokens) -> Tokens:
        ends = [k + 1 for k, code in enumerate(tokens.codes) if tokens.words[code] == "c"]
        return replace(
            tokens.with_layer("at", list(map(str, tokens.starts))), sentences=np.unique([*tokens.offsets, *ends])
        )


@dataclass(frozen=True)
class Cut:
    """Drops a, cuts bb into two, upper-cases the rest."""

    def map_words(self, words: Sequence[str]) -> list[str | tuple[str, ...] | None]:
        return [None if word == "a" else ("b", "b") if word == "bb" else word.upper() for word in words]


@pytest.mark.parametrize("cut", [[Cut()], [Lower(), Cut()], [StopWords(words={"a"})], [Phrases(["c bb"]), Cut()]])
@pytest.mark.parametrize("threads", [1, 2])
@given(texts=st.lists(st.lists(st.sampled_from(["a", "bb", "c", "d"])).map(" ".join), min_size=1, max_size=4))
def test_every_stage_keeps_sentences_and_layers(cut: list[Stage], threads: int, texts: list[str]) -> None:
    tokens = Pipeline(WhiteSpace(), Annotate(), *cut)(texts, threads)
    joined = any(isinstance(stage, Phrases) for stage in cut)
    for row in range(len(texts)):
        assert tokens.tags("at", row) == [str(start) for start, _ in tokens.spans(row)]
        lists = tokens.sentence_lists()[row]
        assert [word for words in lists for word in words] == tokens[row]
        assert joined or all(word not in "cC" for words in lists for word in words[:-1])


def test_layers_by_name() -> None:
    tokens = PREP(["a b", "c"]).with_layer("pos", ["X", "Y", "X"])
    assert (tokens.tags("pos", 0), tokens.tags("pos", -1)) == (["X", "Y"], ["X"])
    assert tokens.with_layer("pos", ["Z"] * 3).tags("pos", 0) == ["Z", "Z"]
    assert tokens.with_layer("other", ["Z"] * 3).without_layer("pos").layers.keys() == {"other"}
    with pytest.raises(InputError, match="2 tags for 3 tokens"):
        tokens.with_layer("pos", ["X", "Y"])
    with pytest.raises(ConfigError, match="cannot be called 'starts'"):
        tokens.with_layer("starts", ["X"] * 3)
    with pytest.raises(ConfigError, match="unknown layer 'pso'; did you mean 'pos'"):
        tokens.layer("pso")
    assert not PREP(["a"]).annotated
    assert PREP(["a b", "", "c"]).sentence_lists() == [[["a", "b"]], [], [["c"]]]


def test_parquet_with_sentences_and_layers(tmp_path: Path) -> None:
    import pyarrow as pa

    tokens = with_annotations(["a c b", "", "c c", "b"])
    pq.write_table(pa.Table.from_batches([tokens.to_arrow()]), tmp_path / "tokens.parquet")
    table = pq.read_table(tmp_path / "tokens.parquet")
    assert table.column_names == ["tokens", "starts", "ends", "sentences", "place"]
    assert table.column("sentences").to_pylist() == [[0, 2], [], [0, 1], [0]]
    assert table.column("place").to_pylist() == [["0", "1", "2"], [], ["3", "4"], ["5"]]


@given(st.lists(st.lists(st.text("aé😀 ", min_size=1), max_size=4), max_size=4))
def test_words_that_are_cut_already(lists: list[list[str]]) -> None:
    tokens = Tokens.from_lists(lists)
    assert tokens.to_lists() == lists
    assert tokens.words == list(dict.fromkeys(word for words in lists for word in words))
    for row, words in enumerate(lists):
        assert [" ".join(words)[start:end] for start, end in tokens.spans(row)] == words


def test_words_with_spans() -> None:
    spans = [[(0, 1), (4, 9)], [], [(2, 3)]]
    tokens = Tokens.from_lists([["a", "b"], [], ["a"]], spans)
    assert [tokens.spans(row) for row in range(3)] == spans
    assert tokens.starts.dtype == tokens.ends.dtype == tokens.codes.dtype == np.int32


@pytest.mark.parametrize(
    ("lists", "spans", "message"),
    [
        ([["a"], "b c"], None, "document 2 is one string, not a list of words"),
        ([["a", 5]], None, "document 1 has a word that is int"),
        ([["a", None]], None, "document 1 has a word that is NoneType"),
        ([["\ud800"]], None, "lone surrogate"),
        ([["a"], ["b"]], [[(0, 1)]], "2 documents have the spans of 1"),
        ([["a"], ["b"]], [[(0, 1)], []], "document 2 has 1 words but 0 spans"),
    ],
)
def test_lists_that_are_no_tokens(lists: list[list[str]], spans: list[list[tuple[int, int]]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Tokens.from_lists(lists, spans)
