"""Rows of a state, whatever the encoder that it is of: each of its tensors has the batch first."""

from __future__ import annotations

import torch

from seqmodels.layers.encoder import State


def begun_again(state: State, rows: torch.Tensor, first: State) -> State:
    """A state in which some rows have read nothing yet.

    Args:
        state: Tensors with the batch first.
        rows: True where a row is to be forgotten, (batch,).
        first: The state before the first step, which is put there. A part of another shape, such as keys and values of
            no steps, tells nothing: zeros are put there.
    """
    here = [rows.view(-1, *[1] * (part.dim() - 1)) for part in state]
    return tuple(
        torch.where(where, begin, part) if begin.shape == part.shape else part.masked_fill(where, 0)
        for where, begin, part in zip(here, first, state, strict=True)
    )
