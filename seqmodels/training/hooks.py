"""The places where a training run can be watched or extended; all hooks do nothing unless overridden."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import nn


@dataclass
class Progress:
    """Where a run stands; one object, kept up to date, is given to every hook."""

    epoch: int = 0
    """The epoch under way, from 0."""
    step: int = 0
    """Optimiser steps made so far."""
    seconds: float = 0.0
    """Wall-clock time since the run began."""
    best_epoch: int = -1
    """The epoch with the best score so far; -1 before the first evaluation."""
    best_score: float | None = None
    """The best score so far."""
    records: list[dict[str, float]] = field(default_factory=list)
    """One flat record per epoch, ready to be a line of metrics.jsonl."""
    stop: bool = False
    """Set by a hook to end the run after the epoch."""


class Hook:
    """Override what you need; hooks are called in the order given."""

    def on_start(self, model: nn.Module, progress: Progress) -> None:
        """Before the first epoch."""

    def on_step(self, model: nn.Module, progress: Progress, loss: float) -> None:
        """After each optimiser step, with the loss of its batch."""

    def on_epoch(self, model: nn.Module, progress: Progress, record: dict[str, float]) -> None:
        """After each epoch's evaluation, with its record; the model holds the weights that were evaluated."""

    def on_best(self, model: nn.Module, progress: Progress) -> None:
        """After an epoch that beat all before it; the model holds the weights that were evaluated."""

    def on_end(self, model: nn.Module, progress: Progress) -> None:
        """After the last epoch; the model holds the best weights."""
