"""Where a training run stands: all that is needed to go on from there as if it had never stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import torch

from seqmodels.layers.encoder import State
from seqmodels.training.averaging import WeightAverage
from seqmodels.training.random_states import random_states, set_random_states
from seqmodels.training.trained_weights import TrainedWeights

Ended: TypeAlias = Literal["epochs", "steps", "patience", "minutes", "hook"]
PLAIN = """epoch step batch total_loss clipped clip_threshold skipped skipped_in_row learning_rate seconds best_epoch
best_score records stop ended""".split()
OWN = ("random", "carried")
"""Those parts of `TrainingState.state_dict` that differ between processes."""


@dataclass
class TrainingState:
    """Where a run stands; one object, kept up to date, is given to every hook.

    The order of batches is a function of the settings' seed and the epoch, so that `epoch` and `batch` say which batch
    is next.
    """

    epoch: int = 0
    """The epoch under way, from 0."""
    step: int = 0
    """Optimiser steps made so far."""
    batch: int = 0
    """Steps of the epoch under way that are over, with those that were left out."""
    total_loss: float = 0.0
    """Sum of the losses of the steps made in it."""
    clipped: int = 0
    """How many of them had their gradient clipped."""
    clip_threshold: float | None = None
    """Of adaptive clipping."""
    skipped: int = 0
    """Steps of the epoch under way that were left out, since their loss or gradient was not finite."""
    skipped_in_row: int = 0
    """How many have been left out since the last step that was made."""
    learning_rate: float = 0.0
    """Of the last step."""
    seconds: float = 0.0
    """Wall-clock time of the run so far, without that between a stop and going on."""
    best_epoch: int = -1
    """The epoch with the best score so far; -1 before the first evaluation."""
    best_score: float | None = None
    """The best score so far."""
    records: list[dict[str, float]] = field(default_factory=list)
    """One flat record per epoch, ready to be a line of metrics.jsonl."""
    stop: bool = False
    """Set by a hook to end the run after the epoch."""
    ended: Ended | None = None
    """What ended the run: its epochs or steps were over, patience or the minutes ran out, or a hook stopped it."""
    is_main: bool = True
    """Whether this process is the one of several that writes and reports."""

    carried: State | None = field(default=None, repr=False)
    """Where the model has stopped reading, if it reads on in the next batch."""
    weights: TrainedWeights | None = field(default=None, repr=False)
    """What training changes in the model."""
    optimizer: torch.optim.Optimizer | None = field(default=None, repr=False)
    """The optimiser."""
    average: WeightAverage | None = field(default=None, repr=False)
    """The running average of the weights, if there is one."""
    best: dict[str, torch.Tensor] = field(default_factory=dict, repr=False)
    """A copy of what the best epoch's model has of its own."""

    def begin_epoch(self) -> None:
        """Go on to the next epoch."""
        self.epoch += 1
        self.batch, self.total_loss, self.clipped, self.skipped = 0, 0.0, 0, 0
        self.carried = None

    def state_dict(self) -> dict[str, Any]:
        """Everything, as plain values and tensors (not copies) in mappings and lists, with the random states."""
        return {
            "run": {name: getattr(self, name) for name in PLAIN},
            "weights": self.weights and self.weights.state_dict(),
            "optimizer": self.optimizer and self.optimizer.state_dict(),
            "average": self.average and self.average.state_dict(),
            "best": self.best,
            "random": random_states(),
            "carried": self.carried,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go back to where `state_dict` was called; model, optimiser and average must be built as they were then.

        The optimiser takes over the tensors given, without a copy.
        """
        for name in PLAIN:
            setattr(self, name, state["run"][name])
        self.best = dict(state["best"])
        self.carried = None if state["carried"] is None else tuple(state["carried"])
        if self.weights:
            self.weights.load_state_dict(state["weights"])
        if self.optimizer:
            moments = {int(number): each for number, each in state["optimizer"]["state"].items()}
            self.optimizer.load_state_dict({**state["optimizer"], "state": moments})
        if self.average:
            self.average.load_state_dict(state["average"])
        set_random_states(state["random"])
