"""Count, TF-IDF and hashed matrices against loops over tokens, and against scikit-learn where it is installed."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer

from textprep import ConfigError, SpecialTokens, Tokens, Vocabulary, WordCounts
from textprep.kernels.murmur import murmur_hashes

corpora = st.lists(st.lists(st.sampled_from(["a", "b", "c", "é", "<pad>", "zz"]), max_size=6), max_size=5)
VOCABULARY = Vocabulary(["c", "a", "none", "é"])


def plain_counts(documents: list[list[str]], vocabulary: Vocabulary) -> list[list[int]]:
    columns = [None if word in vocabulary.special else word for word in vocabulary.words]
    return [[Counter(document)[word] if word else 0 for word in columns] for document in documents]


@given(corpora)
def test_counts(documents: list[list[str]]) -> None:
    found = Tokens.from_lists(documents).count_matrix(VOCABULARY)
    assert found.shape == (len(documents), 6)
    assert found.dtype == np.int64
    assert found.toarray().tolist() == plain_counts(documents, VOCABULARY)
    assert found.has_canonical_format


@given(corpora, st.sampled_from(["l2", "l1", None]), st.booleans())
def test_tfidf(documents: list[list[str]], norm: str | None, sublinear: bool) -> None:
    found = Tokens.from_lists(documents).tfidf_matrix(VOCABULARY, norm=norm, sublinear=sublinear).toarray()
    rows = plain_counts(documents, VOCABULARY)
    present = [sum(row[column] > 0 for row in rows) for column in range(6)]
    for row, values in zip(rows, found.tolist(), strict=True):
        weighed = [
            (1 + math.log(count) if sublinear else count) * (math.log((1 + len(rows)) / (1 + documents_of)) + 1)
            if count
            else 0
            for count, documents_of in zip(row, present, strict=True)
        ]
        size = {"l2": math.hypot(*weighed), "l1": sum(weighed), None: 1}[norm] or 1
        assert values == pytest.approx([value / size for value in weighed])


@given(corpora, corpora)
def test_weights_learned_elsewhere(train: list[list[str]], test: list[list[str]]) -> None:
    counts = WordCounts.of(Tokens.from_lists(train))
    tokens = Tokens.from_lists(test)
    rows = plain_counts(train, VOCABULARY)
    present = [sum(row[column] > 0 for row in rows) for column in range(6)]
    weights = [math.log((1 + len(train)) / (1 + documents)) + 1 for documents in present]
    found = tokens.tfidf_matrix(VOCABULARY, counts, norm=None).toarray()
    assert found[:, 2:] == pytest.approx((np.array(plain_counts(test, VOCABULARY)).reshape(-1, 6) * weights)[:, 2:])
    assert found == pytest.approx(tokens.tfidf_matrix(VOCABULARY, counts.idf(VOCABULARY), norm=None).toarray())


@given(corpora, st.integers(1, 8), st.integers(0, 3), st.booleans())
def test_hashed(documents: list[list[str]], features: int, seed: int, signed: bool) -> None:
    found = Tokens.from_lists(documents).hashed_matrix(features, seed, signed=signed)
    expected = np.zeros((len(documents), features), np.int64)
    for row, document in enumerate(documents):
        for word in document:
            data = np.frombuffer(word.encode(), np.uint8)
            number = int(murmur_hashes(data, np.array([0, len(data)]), seed).view(np.int32)[0])
            expected[row, abs(number) % features] += -1 if signed and number < 0 else 1
    assert found.toarray().tolist() == expected.tolist()


def test_what_cannot_be() -> None:
    tokens = Tokens.from_lists([["a"]])
    with pytest.raises(ConfigError, match="norm is 'l3'"):
        tokens.tfidf_matrix(VOCABULARY, norm="l3")
    with pytest.raises(ConfigError, match="2 weights for 6 words"):
        tokens.tfidf_matrix(VOCABULARY, np.ones(2))
    with pytest.raises(ConfigError, match="features is 0"):
        tokens.hashed_matrix(0)
    with pytest.raises(ConfigError, match="seed is -1"):
        tokens.hashed_matrix(8, -1)


@given(corpora.filter(any))
def test_as_scikit_learn(documents: list[list[str]]) -> None:
    tokens = Tokens.from_lists(documents)
    words = sorted({word for document in documents for word in document})
    vocabulary = Vocabulary(words, special=SpecialTokens(pad=None, unk=None))
    options = {"analyzer": list, "vocabulary": {word: column for column, word in enumerate(words)}}
    expected = CountVectorizer(**options).fit_transform(documents)
    assert (tokens.count_matrix(vocabulary) != expected).nnz == 0
    for norm in ("l2", "l1", None):
        for sublinear in (False, True):
            expected = TfidfVectorizer(**options, norm=norm, sublinear_tf=sublinear).fit_transform(documents)
            found = tokens.tfidf_matrix(vocabulary, norm=norm, sublinear=sublinear)
            np.testing.assert_allclose(found.toarray(), expected.toarray())
    hashed = HashingVectorizer(analyzer=list, n_features=64, norm=None).fit_transform(documents)
    assert (tokens.hashed_matrix(64) != hashed).nnz == 0
