"""The rows with the largest cosine to a vector: from the products with all of them, by a partial sort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.lengths import unit

if TYPE_CHECKING:
    from embeddings.store.vector_rows import VectorRows

_SMALLEST, _LARGEST = 1e-30, 1e30  # of the vectors between them, products with one of length 1 are sound float32
_AT_ONCE = 4096


def cosines(vectors: VectorRows, norms: NDArray[np.float32], vector: NDArray[Any]) -> NDArray[np.float32]:
    """The cosines (words,) of all rows with a vector (dimension,); 0 with a row of zeros."""
    towards = unit(vector)
    with np.errstate(over="ignore", invalid="ignore"):
        products = vectors.products(towards)  # (words,)
        found: NDArray[np.float32] = np.divide(products, norms, where=norms > 0, out=np.zeros_like(products))
    extreme = np.flatnonzero(((norms < _SMALLEST) | (norms > _LARGEST)) & (norms != 0))
    for begin in range(0, len(extreme), _AT_ONCE):  # few if any
        rows = extreme[begin : begin + _AT_ONCE]
        found[rows] = unit(vectors[rows]) @ towards
    return found


def nearest_rows(cosines: NDArray[np.float32], k: int, exclude: Sequence[int]) -> tuple[list[int], list[float]]:
    """The `k` rows with the largest of the cosines (words,) and these cosines, largest first; equal ones in row order.

    The rows to be excluded lose their cosines.
    """
    cosines[list(exclude)] = -np.inf
    k = max(0, min(k, len(cosines) - len(set(exclude))))
    if k == 0:
        return [], []
    least = np.partition(cosines, -k)[-k]
    rows = np.flatnonzero(cosines >= least)  # more than k only where some are equal to the least
    rows = rows[np.argsort(-cosines[rows], kind="stable")][:k]
    return rows.tolist(), cosines[rows].tolist()
