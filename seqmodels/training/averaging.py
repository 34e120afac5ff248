"""Exponential moving average of a model's weights (Polyak & Juditsky, 1992; decay warmed up as in TensorFlow)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


class WeightAverage:
    """A running mean of the trained weights, to be used in their place when the model is evaluated.

    Args:
        model: Whose weights are averaged.
        decay: Weight of the past, below 1; early on min(decay, (1 + t) / (10 + t)), so that the random first
            weights are soon forgotten.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.weights: list[torch.Tensor] = [w for w in model.parameters() if w.requires_grad]
        self.average = [weight.detach().clone() for weight in self.weights]
        self.decay, self.updates = decay, 0

    def begin_epoch(self, scores: Sequence[float]) -> None:
        """Nothing hangs on the scores of the epochs so far here."""

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights as they are after an optimiser step."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_lerp_(self.average, self.weights, 1 - decay)

    def state_dict(self) -> dict[str, Any]:
        """The averages, in the order of the model's trained parameters, and the updates so far."""
        return {"average": self.average, "updates": self.updates}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go back to what `state_dict` gave."""
        torch._foreach_copy_(self.average, list(state["average"]))
        self.updates = state["updates"]

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Within the block the model has the averaged weights; after it, its own again."""
        own = [weight.detach().clone() for weight in self.weights]
        self._set(self.average)
        try:
            yield
        finally:
            self._set(own)

    @torch.no_grad()
    def _set(self, values: list[torch.Tensor]) -> None:
        torch._foreach_copy_(self.weights, values)
