"""Truncated back-propagation through time (Williams & Peng, 1990): a model reads on from the state in which the batch
before has left it, and the gradient stops there.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from seqmodels.training.state import TrainingState


def carries_on(model: nn.Module, batches: Any) -> bool:
    """Whether the model can read on from a state, and the batches go on where the ones before have stopped."""
    return hasattr(model, "loss_from") and getattr(batches, "continued", False)


def loss_of(model: nn.Module, batch: Any, state: TrainingState, carried: bool) -> torch.Tensor:
    """The model's mean loss of a batch; the state that it ends with is kept in `state.carried` if it is carried on.

    Args:
        model: The model.
        batch: The batch; a model forgets the rows in which one is `fresh`.
        state: Of the run.
        carried: Whether to read on from the batch before.
    """
    if not carried:
        loss: torch.Tensor = model.loss(batch)  # type: ignore[operator]
        return loss
    loss, after = model.loss_from(batch, state.carried)  # type: ignore[operator]
    state.carried = None if after is None else tuple(part.detach() for part in after)
    return loss
