"""One recurrent layer in one direction: on torch's fused kernels wherever they compute it, else step by step.

| | training | evaluation |
|---|---|---|
| rnn, relu, lstm, gru, with or without weight drop | fused | fused |
| the same with recurrent dropout | step by step | fused |
| cells that torch has not (norms, peepholes, Cho et al.'s GRU) | step by step | step by step |
| what has to show its gates | step by step | step by step |

Weight drop (Merity, Keskar & Socher, 2018) leaves out single hidden-to-hidden weights for a whole pass, which is one
other matrix for a kernel. Variational dropout on the recurrent state (Gal & Ghahramani, 2016) leaves out units, the
same at all steps of a row but others in each row; a fused kernel lets nobody between its steps, so the written-out cell
runs in its place, on the same weights.

What that costs, in ms of a training step and of a pass in evaluation, with 64 sequences of up to 100 steps, 50 in and
150 out, on one thread: LSTM 51 and 12; with recurrent dropout 72 and 12; with peepholes 81 and 28, with norms 107 and
36; GRU 48 and 16, Cho et al.'s 66 and 22.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F

from seqmodels.cells.cell import CELLS, Cell, Run
from seqmodels.layers.carried_state import read_on
from seqmodels.layers.dropout import LockedDropout
from seqmodels.layers.encoder import State

FUSED: dict[str, Callable[..., nn.RNNBase]] = {
    "LSTM": nn.LSTM,
    "GRU": nn.GRU,
    "RNN_TANH": nn.RNN,
    "RNN_RELU": partial(nn.RNN, nonlinearity="relu"),
}


def recurrent_network(cell: str, input_size: int, hidden_size: int) -> nn.RNNBase | Cell:
    """The layer that computes a cell fastest, `batch_first`: torch's if it has one, else the cell itself.

    Raises:
        ConfigError: If `cell` is not known.
    """
    kind = CELLS[cell]
    if kind.mode is None:
        return kind(input_size, hidden_size)
    return FUSED[kind.mode](input_size, hidden_size, batch_first=True)


class LayerReader(nn.Module):
    """Reads sequences with any layer of one kind of cell; has no weights of its own.

    Args:
        cell: The cell, by its name.
        weight_drop: The share of hidden-to-hidden weights that are left out in a pass, in training.
        state_dropout: The share of hidden units that are left out wherever a matrix gets them, in training.
    """

    def __init__(self, cell: str, *, weight_drop: float = 0.0, state_dropout: float = 0.0) -> None:
        super().__init__()
        self.cell, self.weight_drop = CELLS[cell], weight_drop
        self.state_dropout = LockedDropout(state_dropout)

    def forward(
        self, network: nn.Module, x: torch.Tensor, lengths: torch.Tensor, state: State, *, ends: bool = True
    ) -> tuple[torch.Tensor, State]:
        """Output (batch, time, hidden), and the state at the end of each row.

        Args:
            network: As `recurrent_network` gave it.
            x: The sequences, (batch, time, size).
            lengths: Steps of each row, (batch,).
            state: Before the first step, (batch, hidden) each.
            ends: Whether the state at the ends is asked for; without it the kernels are quicker, see `read_on`.
        """
        mask = self._mask(state[0])
        if isinstance(network, nn.RNNBase) and mask is None:
            return read_on(network, x, lengths if ends else None, state, self._weights_of_kernel(network))
        run = self._run(network, x, lengths, state, mask, keep_gates=False)
        return run.output, run.state

    def run(self, network: nn.Module, x: torch.Tensor, lengths: torch.Tensor, state: State) -> Run:
        """The same step by step, with every gate."""
        return self._run(network, x, lengths, state, self._mask(state[0]), keep_gates=True)

    def _run(
        self,
        network: nn.Module,
        x: torch.Tensor,
        lengths: torch.Tensor,
        state: State,
        mask: torch.Tensor | None,
        *,
        keep_gates: bool,
    ) -> Run:
        if isinstance(network, nn.RNNBase):
            weights = self.cell.weights_of(network)
            with torch.device("meta"):  # it has its weights from the network
                cell: nn.Module = self.cell(network.input_size, network.hidden_size)
        else:
            weights, cell = dict(network.named_parameters()), network
        weights["weight_hh"] = self._dropped(weights["weight_hh"])
        run: Run = functional_call(cell, weights, (x, lengths, state, mask), {"keep_gates": keep_gates})
        return run

    def _mask(self, hidden: torch.Tensor) -> torch.Tensor | None:
        """What variational dropout leaves of the hidden units of each row: (batch, hidden)."""
        if not self.training or self.state_dropout.p == 0:
            return None
        mask: torch.Tensor = self.state_dropout(torch.ones_like(hidden).unsqueeze(1)).squeeze(1)
        return mask

    def _weights_of_kernel(self, network: nn.RNNBase) -> list[torch.Tensor] | None:
        """What is left of a network's parameters, or None if it is all."""
        if not self.training or self.weight_drop == 0:
            return None
        inputs, recurrent, *biases = network.parameters()
        return [inputs, self._dropped(recurrent), *biases]

    def _dropped(self, weights: torch.Tensor) -> torch.Tensor:
        return F.dropout(weights, self.weight_drop, self.training)
