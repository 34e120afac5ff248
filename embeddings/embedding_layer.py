"""Vectors as a torch layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from textprep.errors import InputError

if TYPE_CHECKING:
    import torch


def to_embedding(source: ArrayLike, *, frozen: bool = True, padding_index: int | None = 0) -> torch.nn.Embedding:
    """A `torch.nn.Embedding` with a copy of the vectors as its weight, float32 (words, dimension).

    Args:
        source: A matrix (words, dimension), such as `WordVectors.matrix` returns, or `WordVectors` as they are.
        frozen: Whether training leaves the weight as it is.
        padding_index: The row that never gets a gradient; `None` if every row is a word, as in most `WordVectors`.

    Raises:
        InputError: The matrix does not have two axes, or has no row `padding_index`.
    """
    import torch

    matrix = np.array(source, np.float32)  # (words, dimension), our own copy
    if matrix.ndim != 2:
        raise InputError(f"an embedding needs a matrix (words, dimension), not one of shape {matrix.shape}")
    if padding_index is not None and not 0 <= padding_index < len(matrix):
        raise InputError(f"padding_index is {padding_index}, but the matrix has {len(matrix)} rows")
    weight = torch.from_numpy(matrix)
    layer: torch.nn.Embedding = torch.nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
        weight, freeze=frozen, padding_idx=padding_index
    )
    return layer
