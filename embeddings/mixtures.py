"""Several look-ups as one: the first that finds a word, or the vectors of all side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.lookup import Looked, Lookup
from textprep.errors import ConfigError


@dataclass(frozen=True)
class FirstFound:
    """For each word, the vector of the first look-up that has one.

    Raises:
        ConfigError: There are no look-ups, or their vectors differ in length.
    """

    lookups: Sequence[Lookup]

    def __post_init__(self) -> None:
        dimensions = sorted({lookup.dimension for lookup in self.lookups})
        if len(dimensions) != 1:
            found = ", ".join(map(str, dimensions)) or "none"
            raise ConfigError(f"FirstFound needs look-ups of one dimension, not {found}; SideBySide takes several")

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self.lookups[0].dimension

    def lookup(self, words: Sequence[str]) -> Looked:
        """See `Lookup`."""
        matrix, origin = self.trace(words)
        return matrix, origin >= 0

    def trace(self, words: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The vectors (words, dimension), and which look-up gave each (words,), -1 for none; each is asked in turn.

        A look-up sees only the words that those before it did not find; if there are none, it is not asked.
        """
        matrix = np.zeros((len(words), self.dimension), np.float32)
        origin = np.full(len(words), -1)
        rest = np.arange(len(words))
        for place, lookup in enumerate(self.lookups):
            if len(rest):
                values, found = lookup.lookup([words[i] for i in rest.tolist()])
                matrix[rest] = values
                origin[rest[found]] = place
                rest = rest[~found]
        return matrix, origin


@dataclass(frozen=True)
class SideBySide:
    """The vectors of all look-ups one after the other, zeros where one has none; found is what any of them finds.

    Raises:
        ConfigError: There are no look-ups.
    """

    lookups: Sequence[Lookup]

    def __post_init__(self) -> None:
        if not self.lookups:
            raise ConfigError("SideBySide needs at least one look-up")

    @property
    def dimension(self) -> int:
        """The sum of the dimensions."""
        return sum(lookup.dimension for lookup in self.lookups)

    def lookup(self, words: Sequence[str]) -> Looked:
        """See `Lookup`."""
        matrices, found = zip(*(lookup.lookup(words) for lookup in self.lookups), strict=True)
        return np.concatenate(matrices, axis=1), np.logical_or.reduce(found)


@dataclass(frozen=True)
class LowerCased:
    """Looks words up lower-cased."""

    inner: Lookup

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self.inner.dimension

    def lookup(self, words: Sequence[str]) -> Looked:
        """See `Lookup`."""
        return self.inner.lookup([word.lower() for word in words])
