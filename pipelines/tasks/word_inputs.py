"""The words that a model knows, and the vectors it begins with."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seqmodels import InputSizes, WordFeatures, learn_alphabet
from textprep import Vocabulary
from textprep.special_tokens import DEFAULT

if TYPE_CHECKING:
    from embeddings import Coverage


@dataclass(frozen=True)
class WordInputs:
    """A vocabulary and the matrix of its words' first vectors.

    Attributes:
        vocabulary: The training words, most frequent first, then words that only the vectors have.
        matrix: float32, or None for random vectors.  # (words, dimension)
        trained: How many words, from the first on, have vectors that training changes.
        coverage: How many of the training words have vectors, or None without vectors.
    """

    vocabulary: Vocabulary
    matrix: npt.NDArray[np.float32] | None
    trained: int
    coverage: Coverage | None

    def for_model(
        self, surface: Sequence[str], *, characters: bool, word_size: int, digits_to_zero: bool = False
    ) -> tuple[WordFeatures, InputSizes]:
        """What a model is told about each word, and what it must know to be built.

        Args:
            surface: The distinct training words as they are written: the model's alphabet is learned from them.
            characters: Whether the model looks at characters.
            word_size: Length of the word vectors, if there is no matrix.
            digits_to_zero: Whether a number that is not known may be found as its shape.
        """
        alphabet = learn_alphabet(surface, 2) if characters else ""
        sizes = InputSizes(
            words=len(self.vocabulary),
            word_size=word_size if self.matrix is None else self.matrix.shape[1],
            trained_words=self.trained,
            chars=len(alphabet) + 2,
        )
        return WordFeatures(self.vocabulary.words, alphabet, digits_to_zero=digits_to_zero), sizes


def word_inputs(
    counts: Mapping[str, int],
    *,
    min_count: int,
    max_words: int,
    vectors: str | os.PathLike[str] | None,
    extra_words: int,
    train_vectors: bool,
    seed: int,
) -> WordInputs:
    """Choose the words and look up their vectors.

    Args:
        counts: How often each word occurs in the training data.
        min_count: Rarer words are unknown, unless they have a vector.
        max_words: At most so many training words.
        vectors: A vector file, or None.
        extra_words: How many words that only the vectors have are known too, in the order of their file.
        train_vectors: Whether training changes the vectors of the training words.
        seed: Of the random vectors.

    Raises:
        InputError: The vector file cannot be read.
    """
    from embeddings import RandomNormal, WordVectors

    special = DEFAULT.spellings  # a text may hold them, but their ids are taken
    counts = {word: count for word, count in counts.items() if word not in special}
    ranked = Counter(counts).most_common(max_words)
    if vectors is None:
        kept = [(word, count) for word, count in ranked if count >= min_count]
        vocabulary = Vocabulary([word for word, _ in kept], [count for _, count in kept])
        return WordInputs(vocabulary, None, len(vocabulary), None)

    known = WordVectors.open(vectors)
    has_vector = dict(zip(counts, known.rows(list(counts)) >= 0, strict=True))
    kept = [(word, count) for word, count in ranked if count >= min_count or has_vector[word]]
    seen = {*special, *(word for word, _ in kept)}
    extra = [word for word in known.words[: extra_words + len(seen)] if word not in seen][:extra_words]
    vocabulary = Vocabulary([word for word, _ in kept] + extra, [count for _, count in kept] + [0] * len(extra))
    first = len(special)
    trained = first + len(kept)
    matrix, _ = known.matrix(vocabulary, missing=[RandomNormal(seed)], lower=False)
    _, coverage = known.matrix(vocabulary.words[first:trained], lower=False, counts=vocabulary.counts[first:trained])
    return WordInputs(vocabulary, matrix, trained if train_vectors else 0, coverage)
