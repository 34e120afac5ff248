"""The vectors of a store, one a row: what is asked of them, however they are kept.

Nothing else knows whether they are float32, shorter numbers or codes; whoever wants vectors gets float32.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 1 << 20  # stays in the processor's cache


class VectorRows(ABC):
    """Vectors by their rows; a way of keeping them says how many there are, how long, and how some of them are read."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """The length of every vector."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, rows: int | slice | NDArray[np.int64]) -> NDArray[np.float32]:
        """One vector (dimension,), or several (rows, dimension); what is a view of the store is read-only."""

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """All vectors in order, some (rows, dimension) at a time."""
        step = max(1, BLOCK_BYTES // (4 * self.dimension))
        for begin in range(0, len(self), step):
            yield self[begin : begin + step]

    def products(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The dot products (words,) of all rows with one vector (dimension,), or (words, n) with (n, dimension)."""
        return np.concatenate([block @ vectors.T for block in self.blocks()])

    def mean(self) -> NDArray[np.float32]:
        """The mean of all vectors (dimension,), added up in double precision."""
        total = np.zeros(self.dimension)
        for block in self.blocks():
            total += block.sum(axis=0, dtype=np.float64)
        return (total / len(self)).astype(np.float32)

    def std(self) -> float:
        """The standard deviation of all numbers, in double precision."""
        size = len(self) * self.dimension
        near = float(self[:100].mean(dtype=np.float64))  # numbers are squared as they lie from here, or digits are lost
        total = squares = 0.0
        for block in self.blocks():
            apart = np.subtract(block, near, dtype=np.float64)
            total += float(apart.sum())
            squares += float(np.square(apart, out=apart).sum())
        return float(np.sqrt(max(0.0, squares / size - (total / size) ** 2)))


class Float32Rows(VectorRows):
    """Vectors as they are: a read-only array, or one mapped from a file."""

    def __init__(self, matrix: NDArray[np.float32]) -> None:
        self._matrix = matrix.view()  # (words, dimension)
        self._matrix.flags.writeable = False

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self._matrix.shape[1]

    def __len__(self) -> int:
        return len(self._matrix)

    def __getitem__(self, rows: int | slice | NDArray[np.int64]) -> NDArray[np.float32]:
        """Views, but for single rows that are picked by their numbers."""
        picked: NDArray[np.float32] = self._matrix[rows]
        return picked

    def products(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """All at once, since nothing is to be decoded."""
        return self._matrix @ vectors.T
