"""The network behind each attention, the same at every step (Vaswani et al., 2017); gated ones after Shazeer, "GLU
Variants Improve Transformer", 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

from textprep.registry import Registry


class Activation(NamedTuple):
    """What stands between the two matrices of a feed-forward network."""

    function: Callable[[torch.Tensor], torch.Tensor]
    gated: bool = False
    """Whether its result is multiplied with what a third matrix gives."""


ACTIVATIONS: Registry[Activation] = Registry("activation", __name__)
ACTIVATIONS.register("relu")(Activation(F.relu))
ACTIVATIONS.register("gelu")(Activation(F.gelu))
ACTIVATIONS.register("gelu_tanh")(Activation(partial(F.gelu, approximate="tanh")))  # GPT-2's and BERT's first code
ACTIVATIONS.register("swiglu")(Activation(F.silu, gated=True))


class FeedForward(nn.Module):
    """outer(f(inner(x))), or outer(f(gate(x)) * inner(x)).

    Args:
        size: Features of each step.
        inner_size: Units in between.
        activation: f, a name in `ACTIVATIONS`.
        biases: Whether the matrices add a bias.
    """

    def __init__(self, size: int, inner_size: int, activation: str = "gelu", biases: bool = True) -> None:
        super().__init__()
        self.function, gated = ACTIVATIONS[activation]
        self.gate = nn.Linear(size, inner_size, biases) if gated else None
        self.inner, self.outer = nn.Linear(size, inner_size, biases), nn.Linear(inner_size, size, biases)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Each step by itself: (batch, time, size)."""
        inner = self.inner(x)  # (batch, time, inner_size)
        inner = self.function(inner) if self.gate is None else self.function(self.gate(x)) * inner
        output: torch.Tensor = self.outer(inner)
        return output
