"""Gated recurrent units (Cho et al., 2014), in the two conventions that go by this name.

| | new candidate n | new state | weights and biases |
|---|---|---|---|
| `GRU` (`torch.nn.GRU`) | tanh(W x + b + r * (U h + c)) | (1 - z) * n + z * h | one further bias, c |
| `ChoGRU` | tanh(W x + b + U (r * h)) | (1 - z) * h + z * n | |

In both, r = sigmoid(W_r x + U_r h + b_r) resets and z = sigmoid(W_z x + U_z h + b_z) updates. Torch's reset gate acts
on the product, so that one multiplication does for all gates; its z is the share of the old, the other's that of the
new. Neither can have the other's weights.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.cells.cell import CELLS, Cell, Step
from seqmodels.layers.encoder import State


class ResetAndUpdate(Cell):
    """What both conventions have in common."""

    blocks = ("reset", "update", "candidate")
    gates = ("reset", "update", "candidate")


@CELLS.register("gru")
class GRU(ResetAndUpdate):
    """PyTorch's convention: the reset gate after the product, `update` the share of the old state."""

    mode = "GRU"

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__(input_size, hidden_size)
        self.reset_bias = nn.Parameter(torch.zeros(hidden_size))  # c, which the reset gate acts on too

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        r, z, n = taken_in.chunk(3, -1)
        to_reset, to_update, to_candidate = F.linear(heard, self.weight_hh).chunk(3, -1)
        r, z = torch.sigmoid(r + to_reset), torch.sigmoid(z + to_update)
        n = torch.tanh(n + r * (to_candidate + self.reset_bias))
        return Step(((1 - z) * n + z * state[0],), {"reset": r, "update": z, "candidate": n})

    @classmethod
    def one_bias(cls, inner: torch.Tensor, recurrent: torch.Tensor) -> dict[str, torch.Tensor]:
        """Torch's two biases as the cell has them: one, but for the candidate."""
        to_reset, to_update, to_candidate = recurrent.chunk(3)
        return {
            "bias": inner + torch.cat([to_reset, to_update, torch.zeros_like(to_candidate)]),
            "reset_bias": to_candidate,
        }


@CELLS.register("gru_cho")
class ChoGRU(ResetAndUpdate):
    """The reset gate before the product, as Cho et al. have it; `update` is the share of the new state.

    That share is told as in Chung et al. (2014) and Bahdanau et al. (2015); Cho et al. themselves have z and 1 - z the
    other way round, which is the same network with the update gate's weights negated. Torch has no such layer.
    """

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        hidden = self.hidden_size
        r, z, n = taken_in.chunk(3, -1)
        to_reset, to_update = F.linear(heard, self.weight_hh[: 2 * hidden]).chunk(2, -1)
        r, z = torch.sigmoid(r + to_reset), torch.sigmoid(z + to_update)
        n = torch.tanh(n + F.linear(r * heard, self.weight_hh[2 * hidden :]))
        return Step(((1 - z) * state[0] + z * n,), {"reset": r, "update": z, "candidate": n})
