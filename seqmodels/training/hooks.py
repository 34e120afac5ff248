"""The places where a training run can be watched or extended; all hooks do nothing unless overridden."""

from __future__ import annotations

from torch import nn

from seqmodels.training.state import TrainingState


class Hook:
    """Override what you need; hooks are called in the order given.

    In several processes each calls its own; what writes or prints asks `state.is_main` first.
    """

    def on_start(self, model: nn.Module, state: TrainingState) -> None:
        """Before the first step, or before the one with which a run is resumed."""

    def on_backward(self, model: nn.Module, state: TrainingState) -> None:
        """Between the backward pass and the optimiser's step: the gradients of the step, the mean over all its batches
        and all processes, are there, not yet clipped, and perhaps not finite.
        """

    def on_step(self, model: nn.Module, state: TrainingState, loss: float) -> None:
        """After each optimiser step, with its loss; not after one that was left out."""

    def on_epoch(self, model: nn.Module, state: TrainingState, record: dict[str, float]) -> None:
        """After each epoch's evaluation, with its record; the model holds the weights that were evaluated."""

    def on_best(self, model: nn.Module, state: TrainingState) -> None:
        """After an epoch that beat all before it; the model holds the weights that were evaluated."""

    def on_end(self, model: nn.Module, state: TrainingState) -> None:
        """After the last epoch; the model holds the best weights."""
