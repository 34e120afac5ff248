"""The lengths of vectors, and vectors scaled to length 1, right for all numbers that float32 can hold.

A float32 number squared is infinite from 2e19 on and loses digits below 1e-19. Lengths that may come of such squares
are worked out again in double precision, which holds the square of every float32; all others are left to the fast way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_SMALLEST, _LARGEST = 1e-15, 1e15  # between them, the squares of numbers that matter are sound float32


def lengths(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """The length (rows,) of each vector (rows, dimension); infinite where it is beyond float32."""
    with np.errstate(over="ignore", under="ignore"):
        fast: NDArray[np.float32] = np.linalg.norm(matrix, axis=1)
    return sound_lengths(fast, matrix)


def sound_lengths(fast: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lengths (rows,) that were worked out in float32, with those made right whose squares may not have been."""
    doubtful = np.flatnonzero(~((fast > _SMALLEST) & (fast < _LARGEST)))
    if not len(doubtful):
        return fast
    sound = fast.copy()
    with np.errstate(over="ignore", under="ignore"):
        sound[doubtful] = np.linalg.norm(matrix[doubtful].astype(np.float64), axis=1)
    return sound


def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Vectors (..., dimension) of numbers within float32, each scaled to length 1; zeros stay zeros."""
    wide = vectors.astype(np.float64)
    norms = np.sqrt(np.einsum("...i,...i", wide, wide))[..., None]  # (..., 1)
    return (wide / np.where(norms > 0, norms, 1)).astype(np.float32)
