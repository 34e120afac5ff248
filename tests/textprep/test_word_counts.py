"""Counts against `collections.Counter`, however they were cut up, merged, pruned and saved."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep import ArtifactError, ConfigError, Pipeline, Tokens, Vocabulary, WhiteSpace, WordCounts, word_counts

LETTERS = st.text("abcdefgh", max_size=12)
corpora = st.lists(st.lists(LETTERS, max_size=5), max_size=6)  # batches of documents whose words are letters


def batch(documents: list[str]) -> Tokens:
    return Tokens.from_lists([list(document) for document in documents])


def counted(batches: list[list[str]], max_types: int = 1000) -> WordCounts:
    counts = WordCounts(max_types)
    for documents in batches:
        counts.update(batch(documents))
    return counts


@given(corpora, st.sampled_from([0, 3, 1 << 16]))
def test_as_counters_would(batches: list[list[str]], waiting: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "WAITING", waiting)  # so that batches are brought together now and then
        found = counted(batches)
        documents = [document for each in batches for document in each]
        expected = Counter("".join(documents))
        assert found.most_common() == expected.most_common()
        assert found.words.to_pylist() == list(expected)
        assert found.counts.tolist() == list(expected.values())
        assert found.document_counts.tolist() == [sum(word in document for document in documents) for word in expected]
        assert (len(found), found.tokens, found.documents) == (len(expected), expected.total(), len(documents))
        assert (found.missing, found.dropped) == (0, 0)
        assert [found[word] for word in "abcxyz"] == [expected[word] for word in "abcxyz"]


@given(corpora, corpora, corpora)
def test_merging(first: list[list[str]], second: list[list[str]], third: list[list[str]]) -> None:
    whole = counted([*first, *second, *third])
    left = counted(first)
    left.merge(counted(second))
    left.merge(counted(third))
    right = counted(second)
    right.merge(counted(third))
    whole_right = counted(first)
    whole_right.merge(right)
    assert left == whole_right == whole
    assert left.most_common() == whole_right.most_common() == whole.most_common()  # in the order of the parts
    backwards = counted(third)
    backwards.merge(counted(second))
    backwards.merge(counted(first))
    assert backwards == whole
    assert sorted(backwards.most_common()) == sorted(whole.most_common())


def test_merging_with_itself_doubles() -> None:
    counts = counted([["aab"], ["bc"]])
    counts.merge(counts)
    assert counts.most_common() == [("a", 4), ("b", 4), ("c", 2)]
    assert (counts.tokens, counts.documents) == (10, 4)


@given(corpora, corpora, st.integers(1, 5), st.sampled_from([0, 4]))
def test_pruned_counts_are_within_the_stated_bound(
    first: list[list[str]], second: list[list[str]], most: int, waiting: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "WAITING", waiting)
        found = counted(first, most)
        found.merge(counted(second, most))
        true = Counter("".join(document for each in [*first, *second] for document in each))
        held = dict(found.most_common())
        assert len(found) <= most
        for word, count in true.items():
            assert count - found.missing <= held.get(word, 0) <= count
        assert found.tokens == true.total()
        assert (found.dropped == 0) == (held == true)
        if len(true) > most:
            assert found.missing > 0
            assert found.dropped >= len(true) - len(held)


def test_what_is_dropped_is_counted_least() -> None:
    counts = counted([["aaabbbbccd"]], max_types=2)
    assert counts.most_common() == [("b", 4), ("a", 3)]
    assert (counts.missing, counts.dropped, counts.tokens) == (2, 2, 10)


def test_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_counts, "WAITING", 10)
    counts = WordCounts(max_types=100)
    for first in range(0, 50_000, 50):
        counts.add([f"w{k}" for k in range(first, first + 50)], [1] * 50)
        assert sum(len(part.words) for part in [counts._known, *counts._waiting]) <= 2 * 100 + 50
    assert len(counts) == 100


def test_words_that_are_not_there_any_more() -> None:
    tokens = batch(["abc"]).taken(np.array([1]))
    assert tokens.words == ["a", "b", "c"]
    assert WordCounts.of(tokens).most_common() == [("b", 1)]


def test_counts_from_elsewhere() -> None:
    counts = WordCounts()
    counts.add(Counter("abba").keys(), Counter("abba").values())
    counts.add(["b", "c", "b"], [1, 2, 3])
    assert counts.most_common() == [("b", 6), ("a", 2), ("c", 2)]
    assert counts.documents is None
    with pytest.raises(ConfigError, match="in how many documents"):
        _ = counts.document_counts
    for words, numbers, message in ((["a"], [1, 2], "1 words but 2 counts"), (["a"], [-1], "a count is -1")):
        with pytest.raises(ConfigError, match=message):
            counts.add(words, numbers)
    with pytest.raises(ConfigError, match="max_types is 0"):
        WordCounts(0)


@given(corpora, st.integers(1, 9), st.booleans())
def test_saved_and_loaded(batches: list[list[str]], most: int, elsewhere: bool) -> None:
    import tempfile

    counts = counted(batches, most)
    if elsewhere:
        counts.add(["x\n", "é😀"], [3, 1])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counts.parquet"
        counts.save(file)
        again = WordCounts.load(file)
    assert again == counts
    assert again.most_common() == counts.most_common()
    assert (again.missing, again.dropped, again.documents) == (counts.missing, counts.dropped, counts.documents)
    more = batch(["ax"])
    again.update(more)
    counts.update(more)
    assert again == counts


def test_damaged_files(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = tmp_path / "counts.parquet"
    counted([["abcabc"] * 50]).save(file)
    whole = file.read_bytes()
    for damaged in (b"", whole[:-9], whole[: len(whole) // 2], b"words\n"):
        file.write_bytes(damaged)
        with pytest.raises(ArtifactError, match=r"counts\.parquet: not saved word counts, or damaged"):
            WordCounts.load(file)
    flipped = bytearray(whole)
    flipped[40] ^= 1  # within the first column's pages
    file.write_bytes(flipped)
    with pytest.raises(ArtifactError, match="damaged"):
        WordCounts.load(file)
    table = pq.read_table(pa.BufferReader(whole))
    pq.write_table(table.replace_schema_metadata({}), file)
    with pytest.raises(ArtifactError, match="not saved word counts"):
        WordCounts.load(file)
    pq.write_table(table.slice(1), file)
    with pytest.raises(ArtifactError, match="do not add up"):
        WordCounts.load(file)
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"textmill-word-counts": b"2"}), file)
    with pytest.raises(ArtifactError, match="version 2"):
        WordCounts.load(file)
    with pytest.raises(ArtifactError, match="is missing"):
        WordCounts.load(tmp_path / "none")


def test_inverse_document_frequencies() -> None:
    counts = counted([["aab", "b"], ["bc"]])
    vocabulary = Vocabulary(["b", "z", "a"])
    expected = np.log(4 / np.array([1, 1, 4, 1, 2])) + 1  # (1 + 3 documents) / (1 + document frequency)
    np.testing.assert_allclose(counts.idf(vocabulary), expected)


def test_a_vocabulary_of_a_stream_is_that_of_one_batch() -> None:
    texts = ["z y x w", "x y a b", "b a w q"]
    tokens = Pipeline(WhiteSpace())(texts)
    counts = WordCounts()
    for text in texts:
        counts.update(Pipeline(WhiteSpace())([text]))
    assert Vocabulary.learned(counts) == Vocabulary.learned(tokens)
    assert Vocabulary.learned(counts, max_words=3).words[2:] == ["y", "x", "w"]
