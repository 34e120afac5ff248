"""Averaging that begins when the score stands still: NT-ASGD (Merity et al., "Regularizing and Optimizing LSTM
Language Models", 2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from seqmodels.training.averaging import WeightAverage
from seqmodels.training.settings import TrainingSettings


class TriggeredAverage(WeightAverage):
    """The plain mean of the weights after each step from the first epoch on before which `has_stalled` is true.

    Args:
        model: Whose weights are averaged.
        look_back: The latest evaluations that do not count as what has to be beaten.
    """

    def __init__(self, model: nn.Module, look_back: int) -> None:
        super().__init__(model, 1.0)
        self.look_back, self.begun = look_back, False

    def begin_epoch(self, scores: Sequence[float]) -> None:
        """See whether the scores so far (higher is better) let the averaging begin; it does not end."""
        self.begun = any(has_stalled(scores[:count], self.look_back) for count in range(1, len(scores) + 1))

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights as they are after an optimiser step, once averaging has begun."""
        if self.begun:
            self.updates += 1
            torch._foreach_lerp_(self.average, self.weights, 1 / self.updates)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Within the block the model has the averaged weights, if there are some yet; after it, its own again."""
        if not self.updates:
            yield
            return
        with super().in_place():
            yield


def make_average(model: nn.Module, settings: TrainingSettings) -> WeightAverage | None:
    """The average that the settings ask for: with ntasgd its own, else a running mean if `average_decay` is above 0."""
    if settings.optimizer == "ntasgd":
        return TriggeredAverage(model, settings.trigger)
    return WeightAverage(model, settings.average_decay) if settings.average_decay else None


def has_stalled(scores: Sequence[float], look_back: int) -> bool:
    """Whether the last score is worse than the best of those that stand more than `look_back` before it."""
    earlier = scores[: max(0, len(scores) - 1 - look_back)]
    return len(earlier) > 0 and scores[-1] < max(earlier)
