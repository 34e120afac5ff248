"""Reading sequences on from a state, so that a text may come in parts (Graves, "Generating Sequences With Recurrent
Neural Networks", 2013).

The state that counts is the one at each row's own end. The hidden state is read off the output there. An LSTM's memory
is not part of its output; in the padding its forget gates are therefore held open and its input gates shut, by one
further input that is 1 in the padding, so that the memory after the last step is that at the row's own end. (Packed
sequences would give it too, at the cost that `recurrent` tells.)
"""

from __future__ import annotations

import torch
from torch import nn

from seqmodels.layers.encoder import State
from seqmodels.layers.mask import token_mask

SHUT = 10_000.0  # a gate that takes in so much is open (or, with a minus, shut) to the last bit


def read_on(network: nn.RNNBase, x: torch.Tensor, lengths: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
    """Read `x` (batch, time, size) from left to right, from `state` on.

    Args:
        network: One layer in one direction, `batch_first`.
        x: The sequences, padded at the end.
        lengths: Steps of each row, (batch,).
        state: The hidden state and, for an LSTM, the memory: (batch, hidden) each.

    Returns:
        The output (batch, time, hidden), and the state at the end of each row; where a row is empty, it is the given
        one.
    """
    if x.shape[0] == 0 or x.shape[1] == 0:
        return x.new_zeros(x.shape[0], x.shape[1], network.hidden_size), state
    before = tuple(part.to(x.dtype).unsqueeze(0) for part in state)  # (1, batch, hidden)
    if not isinstance(network, nn.LSTM):
        output = network(x, before[0])[0]  # (batch, time, hidden)
        return output, (_at_end(output, lengths, state[0]),)
    if bool((lengths == x.shape[1]).all()):
        output, (_, memory) = network(x, before)
    else:
        output, memory = _without_padding(network, x, lengths, before)
    return output, (_at_end(output, lengths, state[0]), memory.squeeze(0))


def _at_end(output: torch.Tensor, lengths: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """The output at the last step of each row, or what was before in rows without steps: (batch, hidden)."""
    last = (lengths - 1).clamp(min=0)
    ends = output[torch.arange(len(output), device=output.device), last]
    return torch.where(lengths[:, None] > 0, ends, before)


def _without_padding(
    network: nn.LSTM, x: torch.Tensor, lengths: torch.Tensor, before: State
) -> tuple[torch.Tensor, torch.Tensor]:
    """Output and last memory of an LSTM that keeps its memory as it is in the padding."""
    padding = ~token_mask(lengths, x.shape[1]).unsqueeze(-1)  # (batch, time, 1)
    x = torch.cat([x.masked_fill(padding, 0.0), padding.to(x.dtype)], -1)  # (batch, time, size + 1)
    inputs, *others = network.parameters()  # (4 * hidden, size), and what knows nothing of the input's size
    gates = inputs.new_tensor([-SHUT, SHUT, 0.0, 0.0])  # input, forget, cell, output
    column = gates.repeat_interleave(network.hidden_size).unsqueeze(1)  # (4 * hidden, 1)
    weights = [torch.cat([inputs, column], 1), *others]
    output, _, memory = torch.lstm(x, before, weights, True, 1, 0.0, network.training, False, True)
    return output, memory
