from __future__ import annotations

import numpy as np
import pytest

from pipelines.tasks.word_inputs import word_inputs
from textprep import InputError

CHOICES = {
    "min_count": 1,
    "max_words": 100,
    "vectors": None,
    "extra_words": 0,
    "train_vectors": True,
    "seed": 0,
}
COUNTS = {"rare": 1, "cat": 5, "the": 9, "dog": 2}


@pytest.fixture
def glove(tmp_path):
    file = tmp_path / "glove.txt"
    file.write_text("the 1 0\nof 0 1\ncat 1 1\nRare 3 3\nwhale 2 2\n")
    return file


def test_without_vectors_the_most_frequent_words_are_known():
    inputs = word_inputs(COUNTS, **CHOICES | {"min_count": 2})
    assert inputs.vocabulary.words == ["<pad>", "<unk>", "the", "cat", "dog"]
    assert inputs.vocabulary.counts == [0, 0, 9, 5, 2]
    assert (inputs.matrix, inputs.coverage, inputs.trained) == (None, None, 5)
    assert word_inputs(COUNTS, **CHOICES | {"max_words": 1}).vocabulary.words[2:] == ["the"]


def test_no_words_at_all():
    assert len(word_inputs({}, **CHOICES).vocabulary) == 2


def test_rows_are_those_of_the_file(glove):
    inputs = word_inputs(COUNTS, **CHOICES | {"vectors": glove, "extra_words": 1})
    assert inputs.vocabulary.words[2:] == ["the", "cat", "dog", "rare", "of"]
    assert inputs.trained == 6
    assert inputs.matrix[[2, 3, 6]].tolist() == [[1, 0], [1, 1], [0, 1]]
    assert not inputs.matrix[0].any()
    assert inputs.matrix[[4, 5]].any(1).all()  # random, but not zero
    assert (inputs.coverage.found, inputs.coverage.words) == (2, 4)
    assert inputs.coverage.token_fraction == 14 / 17


def test_a_rare_word_with_a_vector_is_known(glove):
    inputs = word_inputs({**COUNTS, "whale": 1}, **CHOICES | {"vectors": glove, "min_count": 2})
    assert inputs.vocabulary.words[2:] == ["the", "cat", "dog", "whale"]


def test_more_extra_words_than_there_are(glove):
    inputs = word_inputs(COUNTS, **CHOICES | {"vectors": glove, "extra_words": 99})
    assert inputs.vocabulary.words[6:] == ["of", "Rare", "whale"]


def test_vectors_that_stay_as_they_are(glove):
    assert word_inputs(COUNTS, **CHOICES | {"vectors": glove, "train_vectors": False}).trained == 0


def test_the_seed_decides_random_rows(glove):
    rows = [word_inputs(COUNTS, **CHOICES | {"vectors": glove, "seed": seed}).matrix for seed in (1, 1, 2)]
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


@pytest.mark.parametrize("with_vectors", [False, True])
def test_a_text_may_hold_the_special_words(glove, with_vectors):
    counts = {"<unk>": 7, "<pad>": 3, "cat": 1}
    inputs = word_inputs(counts, **CHOICES | {"vectors": glove if with_vectors else None})
    assert inputs.vocabulary.words == ["<pad>", "<unk>", "cat"]


def test_a_missing_vector_file(tmp_path):
    with pytest.raises(InputError, match=r"none\.txt"):
        word_inputs(COUNTS, **CHOICES | {"vectors": tmp_path / "none.txt"})
