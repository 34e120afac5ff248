"""The rows with the largest cosine to a vector: from the products with all of them, by a partial sort."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vector (dimension,) scaled to length 1; zeros stay zeros."""
    length = np.linalg.norm(vector)
    scaled: NDArray[np.float32] = vector / length if length > 0 else vector
    return scaled


def nearest_rows(
    products: NDArray[np.float32],  # (words,) of all rows with a vector of length 1
    norms: NDArray[np.float32],  # (words,)
    k: int,
    exclude: Sequence[int],
) -> tuple[list[int], list[float]]:
    """The `k` rows with the largest cosine to a vector and these cosines, largest first; equal ones in row order.

    A row of zeros has the cosine 0 with everything.
    """
    cosines = products / np.where(norms > 0, norms, 1)  # (words,)
    cosines[list(exclude)] = -np.inf
    k = max(0, min(k, len(cosines) - len(set(exclude))))
    if k == 0:
        return [], []
    least = np.partition(cosines, -k)[-k]
    rows = np.flatnonzero(cosines >= least)  # more than k only where some are equal to the least
    rows = rows[np.argsort(-cosines[rows], kind="stable")][:k]
    return rows.tolist(), cosines[rows].tolist()
