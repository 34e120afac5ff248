"""Rows of a state, whatever the encoder that it is of: each of its tensors has the batch first."""

from __future__ import annotations

import torch

from seqmodels.layers.encoder import State


def without_rows(state: State, rows: torch.Tensor) -> State:
    """A state with zeros in some of its rows, which so have read nothing yet.

    Args:
        state: Tensors with the batch first.
        rows: True where a row is to be forgotten, (batch,).
    """
    if not bool(rows.any()):
        return state
    return tuple(part.masked_fill(rows.view(-1, *[1] * (part.dim() - 1)), 0) for part in state)
