"""The one protocol for everything that gives vectors for words: stores, n-grams, substitutes, mixtures, subword models.

`WordVectors` are such a thing, and so is what `embeddings/mixtures.py` makes of several. What stands in for words that
have no vector (`embeddings/substitutes.py`, `embeddings/char_ngrams.py`) becomes one when it learns the vectors of the
others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from embeddings.row_block import RowBlock

Looked: TypeAlias = tuple[NDArray[np.float32], NDArray[np.bool_]]
"""A matrix (words, dimension) and which of its rows were found (words,); the others are zero."""


class Lookup(Protocol):
    """Gives vectors for words."""

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        ...

    def lookup(self, words: Sequence[str]) -> Looked:
        """The vectors, float32 (words, dimension), and which words have one (words,); the rows of others are zero."""
        ...


class KnownVectors(Lookup, Protocol):
    """Vectors of words that can be listed, such as `WordVectors`."""

    def blocks(self) -> Iterator[RowBlock]:
        """All words and vectors in order, some at a time."""
        ...

    def mean(self) -> NDArray[np.float32]:
        """The mean of all vectors (dimension,)."""
        ...

    def std(self) -> float:
        """The standard deviation of all numbers."""
        ...


@runtime_checkable
class Substitute(Protocol):
    """Stands in for words without a vector; the name of its class appears in the `Coverage`."""

    def learn(self, known: KnownVectors) -> Lookup:
        """What gives vectors for words that `known` does not have; the work waits until it is asked for some."""
        ...
