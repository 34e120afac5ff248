"""What to do about a word without a vector: the protocol, and three strategies that ignore how it is spelt.

A strategy that looks at the letters is in `embeddings/char_ngrams.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from embeddings.vectors import WordVectors

Filled = tuple[NDArray[np.float32], NDArray[np.bool_]]


class Missing(Protocol):
    """Fills rows of a matrix; the name of its class appears in the `Coverage`."""

    def fill(self, words: Sequence[str], vectors: WordVectors) -> Filled:
        """Rows (words, dimension) for words that are not in `vectors`, and which of them (words,) are filled."""
        ...


@dataclass(frozen=True)
class Zeros:
    """Zeros: says plainly what happens anyway to a word that no strategy fills."""

    def fill(self, words: Sequence[str], vectors: WordVectors) -> Filled:
        """See `Missing.fill`."""
        return np.zeros((len(words), vectors.dimension), np.float32), np.ones(len(words), np.bool_)


@dataclass(frozen=True)
class MeanVector:
    """The mean of all known vectors, the same for every word."""

    def fill(self, words: Sequence[str], vectors: WordVectors) -> Filled:
        """See `Missing.fill`."""
        mean = vectors.vectors.mean(axis=0, dtype=np.float64).astype(np.float32)  # (dimension,)
        return np.tile(mean, (len(words), 1)), np.ones(len(words), np.bool_)


@dataclass(frozen=True)
class RandomNormal:
    """Independent draws from a normal distribution around 0."""

    seed: int
    """The same seed and words give the same numbers."""
    std: float | None = None
    """Standard deviation; `None` means that of the known vectors' numbers."""

    def fill(self, words: Sequence[str], vectors: WordVectors) -> Filled:
        """See `Missing.fill`."""
        std = float(vectors.vectors.std(dtype=np.float64)) if self.std is None else self.std
        numbers = np.random.default_rng(self.seed).standard_normal((len(words), vectors.dimension), np.float32)
        return numbers * np.float32(std), np.ones(len(words), np.bool_)
