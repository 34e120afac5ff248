"""Rows of different lengths, one behind the other: `values[offsets[i]:offsets[i + 1]]` is row i."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from textprep.errors import InputError


class Places(NamedTuple):
    """Where the tokens of some rows stand: in a padded matrix, and in the corpus."""

    mask: NDArray[np.bool_]  # (batch, time)
    positions: NDArray[np.int64]  # (tokens,), in the order of the matrix

    def padded(self, values: NDArray[Any], padding: int = 0) -> NDArray[np.int64]:
        """The rows' `values`, out of those of all tokens, side by side: (batch, time)."""
        return self.filled(values[self.positions], padding)

    def filled(self, values: NDArray[Any], padding: int = 0) -> NDArray[np.int64]:
        """The `values` (tokens,) of just these tokens, side by side: (batch, time)."""
        matrix = np.full(self.mask.shape, padding, np.int64)
        matrix[self.mask] = values
        return matrix


def places(offsets: NDArray[np.int64], rows: NDArray[np.int64], lengths: NDArray[np.int64]) -> Places:
    """Where the first `lengths` (batch,) tokens of `rows` (batch,) stand."""
    steps = np.arange(int(lengths.max(initial=0)))
    mask = steps < lengths[:, None]  # (batch, time)
    return Places(mask, (offsets[rows][:, None] + steps)[mask])


def row_lengths(offsets: NDArray[np.int64], max_length: int | None) -> NDArray[np.int64]:
    """Tokens of each row, those beyond `max_length` not counted: (rows,)."""
    return np.minimum(np.diff(offsets), max_length or np.iinfo(np.int64).max)


def check_offsets(offsets: NDArray[Any], tokens: int, name: str = "offsets") -> None:
    """Raise InputError unless `offsets` cut that many tokens into rows."""
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != tokens or (np.diff(offsets) < 0).any():
        raise InputError(f"{name} must rise from 0 to the number of tokens, {tokens}")


def int64_tensor(array: NDArray[Any], device: torch.device | str = "cpu") -> torch.Tensor:
    """An array of whole numbers as torch wants indices."""
    return torch.from_numpy(array.astype(np.int64, copy=False)).to(device)
