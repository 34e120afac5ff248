"""The words that a model knows, and the vectors it begins with."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import seqmodels
from textprep import Tokens, Vocabulary
from textprep.settings import Features, Share, Size, SizeOrNone
from textprep.special_tokens import DEFAULT

if TYPE_CHECKING:
    from embeddings import Coverage


@dataclass(frozen=True)
class WordData:
    """What is made of the examples before training, whatever the task."""

    recipe: str = "words"
    """How texts become words: the name of a recipe, or a JSON file with one."""
    min_count: SizeOrNone = 1
    """Rarer words are unknown, unless they have a vector; their characters may be seen all the same."""
    max_words: SizeOrNone = 50000
    """How many of the most frequent training words are known."""
    word_size: Features = 50
    """Length of the word vectors, if none are given."""
    extra_words: SizeOrNone = 0
    """How many words that occur in the vectors only are known as well."""
    train_vectors: bool = True
    """Whether training changes the vectors of the training words."""
    digits_to_zero: bool = False
    """Whether a number that is not known may be found as its shape: 1996 as 0000."""
    batch_size: Size = 32
    """Examples in a training batch."""
    held_out: Share = 0.1
    """Share of the training examples that is set aside to choose the best epoch, if no development data is given."""
    encoding: str = "utf-8"
    """How the files' characters are written: utf-8, latin-1, cp1252 or another of Python's codecs."""


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
    ) -> tuple[seqmodels.WordFeatures, seqmodels.InputSizes]:
        """What a model is told about each word, and what it must know to be built.

        Args:
            surface: The distinct training words as they are written: the model's alphabet is learned from them.
            characters: Whether the model looks at characters.
            word_size: Length of the word vectors, if there is no matrix.
            digits_to_zero: Whether a number that is not known may be found as its shape.
        """
        alphabet = seqmodels.learn_alphabet(surface, 2) if characters else ""
        sizes = seqmodels.InputSizes(
            words=len(self.vocabulary),
            word_size=word_size if self.matrix is None else self.matrix.shape[1],
            trained_words=self.trained,
            chars=len(alphabet) + 2,
        )
        return seqmodels.WordFeatures(self.vocabulary.words, alphabet, digits_to_zero=digits_to_zero), sizes


def word_counts(tokens: Tokens, *, lower: bool) -> Counter[str]:
    """How often each word occurs, in the order in which they come; in lower case if the model sees case otherwise."""
    counts: Counter[str] = Counter()
    for word, count in zip(tokens.words, tokens.counts().tolist(), strict=True):
        counts[word.lower() if lower else word] += count
    return counts


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
