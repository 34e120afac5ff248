"""Reading sequences on from a state, so that a text may come in parts (Graves, "Generating Sequences With Recurrent
Neural Networks", 2013).

The state that counts is the one at each row's own end. The hidden state is read off the output there. An LSTM's memory
is not part of its output; in the padding its forget gates are therefore held open and its input gates shut, by one
further input that is 1 in the padding, so that the memory after the last step is that at the row's own end. (Packed
sequences would give it too, at the cost that `recurrent` tells.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from seqmodels.layers.encoder import State
from seqmodels.layers.mask import token_mask

SHUT = 10_000.0  # a gate that takes in so much is open (or, with a minus, shut) to the last bit

KERNELS: dict[str, Callable[..., Any]] = {
    "LSTM": torch.lstm,
    "GRU": torch.gru,
    "RNN_TANH": torch.rnn_tanh,
    "RNN_RELU": torch.rnn_relu,
}

STEPS: dict[str, Callable[..., Any]] = {
    "GRU": torch.gru_cell,
    "RNN_TANH": torch.rnn_tanh_cell,
    "RNN_RELU": torch.rnn_relu_cell,
}


def read_on(
    network: nn.RNNBase,
    x: torch.Tensor,
    lengths: torch.Tensor | None,
    state: State,
    weights: Sequence[torch.Tensor] | None = None,
) -> tuple[torch.Tensor, State]:
    """Read `x` (batch, time, size) from left to right, from `state` on.

    Args:
        network: One layer in one direction, `batch_first`.
        x: The sequences, padded at the end.
        lengths: Steps of each row, (batch,). None takes padding for steps, which is quicker where nobody asks for the
            state at the end.
        state: The hidden state and, for an LSTM, the memory: (batch, hidden) each.
        weights: What to read with in the place of the network's own parameters, in their order.

    Returns:
        The output (batch, time, hidden), and the state at the end of each row; where a row is empty, it is the given
        one.
    """
    if x.shape[0] == 0 or x.shape[1] == 0:
        return x.new_zeros(x.shape[0], x.shape[1], network.hidden_size), state
    if lengths is None or bool((lengths == x.shape[1]).all()):
        output, *ended = _kernel(network, x, state, weights)
        return output, tuple(ended)
    if isinstance(network, nn.LSTM):
        x, weights = _memory_kept(x, lengths, list(network.parameters()) if weights is None else weights)
    output, _, *memory = _kernel(network, x, state, weights)
    return output, (_at_end(output, lengths, state[0]), *memory)


def _kernel(
    network: nn.RNNBase, x: torch.Tensor, state: State, weights: Sequence[torch.Tensor] | None
) -> tuple[torch.Tensor, ...]:
    """Output (batch, time, hidden), and the state after the last step, padding or not, (batch, hidden) each."""
    if x.shape[1] == 1 and not torch.is_grad_enabled():
        return _step(network, x, state, weights)
    before = tuple(part.to(x.dtype).unsqueeze(0).contiguous() for part in state)  # (1, batch, hidden)
    first = before if isinstance(network, nn.LSTM) else before[0]
    if weights is None:
        output, after = network(x, first)
        after = after if isinstance(after, tuple) else (after,)
    else:
        biases, layers, dropout, both_directions, batch_first = True, 1, 0.0, False, True
        output, *after = KERNELS[network.mode](
            x, first, weights, biases, layers, dropout, network.training, both_directions, batch_first
        )
    return output, *(part.squeeze(0) for part in after)


def _step(
    network: nn.RNNBase, x: torch.Tensor, state: State, weights: Sequence[torch.Tensor] | None
) -> tuple[torch.Tensor, ...]:
    """The same for a single step, as in generation, without gradients: some two times as quick."""
    weights = list(network.parameters()) if weights is None else weights
    before = [part.to(x.dtype) for part in state]
    if isinstance(network, nn.LSTM):
        hidden, memory = torch.lstm_cell(x[:, 0], before, *weights)
        return hidden.unsqueeze(1), hidden, memory
    hidden = STEPS[network.mode](x[:, 0], before[0], *weights)
    return hidden.unsqueeze(1), hidden


def _at_end(output: torch.Tensor, lengths: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """The output at the last step of each row, or what was before in rows without steps: (batch, hidden)."""
    last = (lengths - 1).clamp(min=0)
    ends = output[torch.arange(len(output), device=output.device), last]
    return torch.where(lengths[:, None] > 0, ends, before)


def _memory_kept(
    x: torch.Tensor, lengths: torch.Tensor, weights: Sequence[torch.Tensor]
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Input and weights with which an LSTM keeps its memory as it is in the padding."""
    padding = ~token_mask(lengths, x.shape[1]).unsqueeze(-1)  # (batch, time, 1)
    x = torch.cat([x.masked_fill(padding, 0.0), padding.to(x.dtype)], -1)  # (batch, time, size + 1)
    inputs, *others = weights  # (4 * hidden, size), and what knows nothing of the input's size
    gates = inputs.new_tensor([-SHUT, SHUT, 0.0, 0.0])  # input, forget, cell, output
    column = gates.repeat_interleave(len(inputs) // 4).unsqueeze(1)  # (4 * hidden, 1)
    return x, [torch.cat([inputs, column], 1), *others]
