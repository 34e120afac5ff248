"""Simple recurrent networks: tanh (Elman, 1990), ReLU (Le, Jaitly & Hinton, 2015), tanh of a layer norm (Ba, Kiros &
Hinton, 2016, eq. 4).
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.cells.cell import CELLS, Cell, Step
from seqmodels.layers.encoder import State


@CELLS.register("rnn")
class RNN(Cell):
    """h' = tanh(W x + U h + b), as `torch.nn.RNN`; a step shows `sum`, what the tanh is taken of."""

    blocks = ("hidden",)
    gates = ("sum",)
    mode = "RNN_TANH"

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        total = taken_in + F.linear(heard, self.weight_hh)
        return Step((torch.tanh(total),), {"sum": total})


@CELLS.register("relu")
class ReluRNN(Cell):
    """h' = max(0, W x + U h + b), as torch's with `nonlinearity="relu"`; a step shows `sum`, as the tanh's does."""

    blocks = ("hidden",)
    gates = ("sum",)
    mode = "RNN_RELU"

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        total = taken_in + F.linear(heard, self.weight_hh)
        return Step((torch.relu(total),), {"sum": total})


@CELLS.register("rnn_norm")
class NormRNN(Cell):
    """h' = tanh(g * norm(W x + U h) + b), where norm makes mean 0 and variance 1 over the units of a step.

    A step shows `sum`, what is normalised, and `normed`, what the tanh is taken of. Torch has no such layer.
    """

    blocks = ("hidden",)
    gates = ("sum", "normed")

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__(input_size, hidden_size)
        self.gain = nn.Parameter(torch.ones(hidden_size))

    def take_in(self, x: torch.Tensor) -> torch.Tensor:
        """W x without the bias, which a norm would take out again."""
        return F.linear(x, self.weight_ih)

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        total = taken_in + F.linear(heard, self.weight_hh)
        normed = F.layer_norm(total, (self.hidden_size,), self.gain, self.bias)
        return Step((torch.tanh(normed),), {"sum": total, "normed": normed})
