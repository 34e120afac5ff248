from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from embeddings import CharNgrams, Coverage, RandomNormal, WordVectors, Zeros
from embeddings.lookup import KnownVectors, Lookup
from textprep import SpecialTokens, Vocabulary
from textprep.errors import ConfigError, InputError

VECTORS = WordVectors.from_words(["the", "cat", "US", "us", "<pad>"], np.arange(1, 11).reshape(5, 2))
WORDS = ["<pad>", "the", "The", "US", "Us", "цук", "cats"]


def test_rows_and_their_origin() -> None:
    matrix, coverage = VECTORS.matrix(WORDS, missing=[CharNgrams(), RandomNormal(seed=0)])
    assert matrix.dtype == np.float32
    assert matrix[:5].tolist() == [[0, 0], [1, 2], [1, 2], [5, 6], [7, 8]]
    assert matrix[5:].all()
    assert coverage == Coverage(2, 2, {"CharNgrams": 1, "RandomNormal": 1}, ("цук", "cats"))


def test_without_lower_casing_and_strategies() -> None:
    matrix, coverage = VECTORS.matrix(WORDS, lower=False)
    assert matrix.tolist() == [[0, 0], [1, 2], [0, 0], [5, 6], [0, 0], [0, 0], [0, 0]]
    assert coverage == Coverage(2, 0, {}, ("The", "Us", "цук", "cats"))
    assert coverage.zeros == 4


def test_strategies_after_one_that_fills_everything_are_not_needed() -> None:
    _, coverage = VECTORS.matrix(WORDS, missing=[Zeros(), RandomNormal(seed=0)])
    assert coverage.filled == {"Zeros": 2}


def test_counts_give_fractions_of_tokens_and_order_the_missing() -> None:
    _, coverage = VECTORS.matrix(WORDS, counts=[99, 10, 5, 3, 2, 1, 4])
    assert (coverage.tokens, coverage.tokens_found) == (25, 20)
    assert coverage.missing == ("cats", "цук")
    with pytest.raises(InputError, match="7 words need as many counts, not 2"):
        VECTORS.matrix(WORDS, counts=[1, 2])


def test_a_vocabulary_is_anything_with_words() -> None:
    @dataclass
    class Vocabulary:
        words: list[str]

    np.testing.assert_array_equal(VECTORS.matrix(Vocabulary(WORDS))[0], VECTORS.matrix(WORDS)[0])
    matrix, coverage = VECTORS.matrix([])
    assert matrix.shape == (0, 2)
    assert coverage == Coverage(0, 0)


def test_only_the_first_word_can_be_padding() -> None:
    assert VECTORS.matrix(["the", "<pad>"])[0].tolist() == [[1, 2], [9, 10]]


def test_padding_is_what_the_vocabulary_calls_so() -> None:
    missing = [RandomNormal(seed=0)]
    padded = Vocabulary(["the"], special=SpecialTokens("[PAD]", None))
    assert VECTORS.matrix(padded, missing=missing)[0].tolist() == [[0, 0], [1, 2]]
    bare = Vocabulary(["<pad>", "the"], special=SpecialTokens(None, None))
    assert VECTORS.matrix(bare, missing=missing)[0].tolist() == [[9, 10], [1, 2]]


def test_other_vectors_and_your_own_substitutes_can_stand_in() -> None:
    other = WordVectors.from_words(["cats", "the"], [[9, 8], [7, 7]])

    class Small:
        def learn(self, known: KnownVectors) -> Lookup:
            return WordVectors.from_words(["цук"], [known.mean() / 10])

    matrix, coverage = VECTORS.matrix(WORDS, missing=[other, Small()])
    np.testing.assert_allclose(matrix[5:], [[0.5, 0.6], [9, 8]])
    assert coverage == Coverage(2, 2, {"WordVectors": 1, "Small": 1}, ("цук", "cats"))
    with pytest.raises(ConfigError, match="of one dimension, not 2, 3"):
        VECTORS.matrix(WORDS, missing=[WordVectors.from_words(["a"], [[1, 2, 3]])])
