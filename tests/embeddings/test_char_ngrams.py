from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from embeddings import CharNgrams, WordVectors
from textprep.errors import ConfigError

SCRIPT = st.text("abcäßж字👩<>", min_size=1, max_size=8)


def grams(word: str, smallest: int, largest: int) -> list[str]:
    marked = f"<{word}>"
    return [marked[i : i + n] for n in range(smallest, largest + 1) for i in range(len(marked) - n + 1)]


def plain(word: str, vectors: WordVectors, smallest: int, largest: int) -> np.ndarray | None:
    """`CharNgrams` in plain Python."""
    known = [
        [row for row in vectors.words for g in grams(row, smallest, largest) if g == gram]
        for gram in grams(word, smallest, largest)
    ]
    means = [np.mean([vectors[row] for row in rows], axis=0) for rows in known if rows]
    return np.mean(means, axis=0) if means else None


@given(
    st.lists(SCRIPT, min_size=1, max_size=8, unique=True),
    st.lists(SCRIPT, min_size=1, max_size=5),
    st.integers(1, 4),
    st.integers(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_rows_are_those_of_plain_python(known: list[str], asked: list[str], smallest: int, more: int) -> None:
    matrix = np.random.default_rng(0).standard_normal((len(known), 3), np.float32)
    vectors = WordVectors.from_words(known, matrix)
    rows, filled = CharNgrams(smallest, smallest + more, lower=False).learn(vectors).lookup(asked)
    for word, row, done in zip(asked, rows, filled, strict=True):
        expected = plain(word, vectors, smallest, smallest + more)
        assert done == (expected is not None)
        np.testing.assert_allclose(row, 0 if expected is None else expected, atol=1e-5)


def test_an_inflected_word_is_near_its_family() -> None:
    vectors = WordVectors.from_words(["walking", "walked", "tables", "tabled"], [[1, 0], [1, 0.2], [0, 1], [0.2, 1]])
    (row,), _ = CharNgrams().learn(vectors).lookup(["Walks"])
    assert row[0] > row[1]


def test_letters_that_never_occur_are_left_to_others() -> None:
    vectors = WordVectors.from_words(["walking"], [[1, 0]])
    assert CharNgrams().learn(vectors).lookup(["цук", "walks", ""])[1].tolist() == [False, True, False]
    assert CharNgrams().learn(vectors).lookup([])[0].shape == (0, 2)


@pytest.mark.parametrize(("smallest", "largest"), [(0, 3), (4, 3)])
def test_sizes_that_make_no_sense(smallest: int, largest: int) -> None:
    with pytest.raises(ConfigError, match="n-grams need"):
        CharNgrams(smallest, largest)
