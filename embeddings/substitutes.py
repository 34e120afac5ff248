"""What stands in for a word without a vector, however it is spelt: zeros, the mean, or random numbers.

What looks at the letters is in `embeddings/char_ngrams.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.lookup import KnownVectors, Looked, Lookup


@dataclass(frozen=True)
class Zeros:
    """Zeros: says plainly what happens anyway to a word for which nothing else stands in."""

    def learn(self, known: KnownVectors) -> Lookup:
        """See `Substitute`."""
        return _ForAnyWord(known.dimension, lambda words: np.zeros((words, known.dimension), np.float32))


@dataclass(frozen=True)
class MeanVector:
    """The mean of all known vectors, the same for every word."""

    def learn(self, known: KnownVectors) -> Lookup:
        """See `Substitute`."""
        return _ForAnyWord(known.dimension, lambda words: np.tile(known.mean(), (words, 1)))


@dataclass(frozen=True)
class RandomNormal:
    """Independent draws from a normal distribution around 0."""

    seed: int
    """The same seed and words give the same numbers."""
    std: float | None = None
    """Standard deviation; `None` means that of the known vectors' numbers."""

    def learn(self, known: KnownVectors) -> Lookup:
        """See `Substitute`."""

        def draw(words: int) -> NDArray[np.float32]:
            std = known.std() if self.std is None else self.std
            numbers = np.random.default_rng(self.seed).standard_normal((words, known.dimension), np.float32)
            return numbers * np.float32(std)

        return _ForAnyWord(known.dimension, draw)


@dataclass(frozen=True)
class _ForAnyWord:
    """A look-up that finds every word."""

    dimension: int
    rows: Callable[[int], NDArray[np.float32]]
    """So many rows (words, dimension)."""

    def lookup(self, words: Sequence[str]) -> Looked:
        return self.rows(len(words)), np.ones(len(words), np.bool_)
