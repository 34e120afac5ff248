from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from embeddings import FirstFound, SideBySide, WordVectors
from embeddings.lookup import Looked
from embeddings.mixtures import LowerCased
from textprep.errors import ConfigError

LETTERS = list("abcdef")


class Dictionary:
    """A look-up as plain as can be; it remembers what it was asked."""

    def __init__(self, vectors: dict[str, list[float]], dimension: int) -> None:
        self.vectors, self.dimension = vectors, dimension
        self.asked: list[list[str]] = []

    def lookup(self, words: Sequence[str]) -> Looked:
        self.asked.append(list(words))
        rows = [self.vectors.get(word, [0.0] * self.dimension) for word in words]
        found = [word in self.vectors for word in words]
        return np.array(rows, np.float32).reshape(-1, self.dimension), np.array(found, np.bool_)


def dictionaries(dimension: int) -> st.SearchStrategy[Dictionary]:
    vector = st.lists(st.integers(1, 9).map(float), min_size=dimension, max_size=dimension)
    return st.dictionaries(st.sampled_from(LETTERS), vector).map(lambda vectors: Dictionary(vectors, dimension))


@given(st.lists(dictionaries(2), min_size=1, max_size=4), st.lists(st.sampled_from(LETTERS)))
@settings(deadline=None)
def test_the_first_that_finds_a_word_gives_its_vector(parts: list[Dictionary], words: list[str]) -> None:
    matrix, origin = FirstFound(parts).trace(words)
    assert matrix.shape == (len(words), 2)
    for word, row, place in zip(words, matrix.tolist(), origin.tolist(), strict=True):
        having = [i for i, part in enumerate(parts) if word in part.vectors]
        assert place == (having[0] if having else -1)
        assert row == (parts[place].vectors[word] if having else [0, 0])
    again, found = FirstFound(parts).lookup(words)
    assert again.tolist() == matrix.tolist()
    assert found.tolist() == (origin >= 0).tolist()


def test_only_words_that_are_still_missing_are_passed_on() -> None:
    parts = [Dictionary({"a": [1.0]}, 1), Dictionary({"b": [2.0]}, 1), Dictionary({}, 1)]
    FirstFound(parts).lookup(["b", "a", "b"])
    assert [part.asked for part in parts] == [[["b", "a", "b"]], [["b", "b"]], []]


@given(st.tuples(dictionaries(1), dictionaries(3), dictionaries(2)), st.lists(st.sampled_from(LETTERS)))
@settings(deadline=None)
def test_side_by_side(parts: tuple[Dictionary, ...], words: list[str]) -> None:
    both = SideBySide(parts)
    matrix, found = both.lookup(words)
    assert both.dimension == 6
    assert matrix.shape == (len(words), 6)
    for word, row, done in zip(words, matrix.tolist(), found.tolist(), strict=True):
        assert row == [x for part in parts for x in part.vectors.get(word, [0.0] * part.dimension)]
        assert done == any(word in part.vectors for part in parts)


def test_mixtures_of_mixtures_of_stores() -> None:
    first = WordVectors.from_words(["cat", "dog"], [[1, 2], [3, 4]])
    second = WordVectors.from_words(["dog", "cow"], [[5, 6], [7, 8]])
    mixed = SideBySide([FirstFound([first, second]), LowerCased(second)])
    matrix, found = mixed.lookup(["dog", "Cow", "ox", "cat"])
    assert matrix.tolist() == [[3, 4, 5, 6], [0, 0, 7, 8], [0, 0, 0, 0], [1, 2, 0, 0]]
    assert found.tolist() == [True, True, False, True]


def test_what_cannot_be_mixed() -> None:
    with pytest.raises(ConfigError, match="needs look-ups of one dimension, not 2, 3; SideBySide takes several"):
        FirstFound([Dictionary({}, 3), Dictionary({}, 2)])
    with pytest.raises(ConfigError, match="not none"):
        FirstFound([])
    with pytest.raises(ConfigError, match="at least one"):
        SideBySide([])
