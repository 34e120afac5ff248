"""A feed-forward network over a sliding window (Bengio et al., 2003; Collobert et al., 2011): the baseline that knows
nothing beyond a few neighbours.

A step and its neighbours, side by side in one long vector, go through a network with tanh. Beyond the ends of a
sequence stand zeros. A window that ends at its step can go on from the last steps that it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import nn

from seqmodels.layers.dropout import LockedDropout
from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.mask import token_mask
from seqmodels.layers.recent_steps import behind_past
from textprep.errors import ConfigError
from textprep.settings import Depth, Features, Share, Within


@ENCODERS.register("window")
@dataclass(frozen=True)
class WindowSettings:
    """How a `WindowEncoder` is built."""

    hidden_size: Features = 128
    """Units of each layer of the network, the features of its output."""
    before: Annotated[int, Within(0, 1000)] = 2
    """Steps of the window before the one that it is about."""
    behind: Annotated[int, Within(0, 1000)] = 2
    """Steps of the window behind that one; 0 where a step must not see later ones, as in language models."""
    layers: Depth = 1
    """Layers of the network."""
    layer_dropout: Share = 0.3
    """Locked dropout between its layers."""

    def build(self, input_size: int) -> WindowEncoder:
        """The encoder of vectors with `input_size` features."""
        return WindowEncoder(
            input_size,
            self.hidden_size,
            before=self.before,
            behind=self.behind,
            layers=self.layers,
            dropout=self.layer_dropout,
        )


class WindowEncoder(Encoder):
    """A feed-forward network over the neighbourhood of each step.

    Its state, when no window reaches behind its step, is the last steps that it has seen, (batch, before, input_size).

    Args:
        input_size: Features of each step.
        hidden_size: Units of each layer.
        before: Steps of the window before the one that it is about.
        behind: Steps of the window behind that one.
        layers: Layers of the network.
        dropout: Locked dropout on what every layer after the first takes in.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        before: int = 2,
        behind: int = 2,
        layers: int = 1,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.output_size, self.before, self.behind = hidden_size, before, behind
        # One matrix for all windows, which slide along the sequence: that is what a convolution computes, and it does
        # not write each step as often as there are windows over it.
        self.window = nn.Conv1d(input_size, hidden_size, before + 1 + behind)
        self.layers = nn.ModuleList(nn.Linear(hidden_size, hidden_size) for _ in range(layers - 1))
        self.dropout = LockedDropout(dropout)
        for weight in self.parameters():
            (nn.init.xavier_uniform_ if weight.dim() > 1 else nn.init.zeros_)(weight)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output is (batch, time, hidden_size)."""
        if state is not None and self.behind:
            raise ConfigError(
                "windows that reach behind their step cannot go on from a state; build the encoder with behind = 0, "
                "or give whole sequences"
            )
        padding = ~token_mask(lengths, x.shape[1]).unsqueeze(-1)  # (batch, time, 1)
        x = x.masked_fill(padding, 0.0)
        (past,) = (x.new_zeros(len(x), self.before, x.shape[2]),) if state is None else state
        joined, recent = behind_past(x, lengths, past, self.behind)  # (batch, before + time + behind, input)
        after = None if self.behind else (recent,)
        if x.shape[1] == 0:
            return Encoded(x.new_zeros(len(x), 0, self.output_size), after)
        hidden = torch.tanh(self.window(joined.transpose(1, 2))).transpose(1, 2)  # (batch, time, hidden)
        for layer in self.layers:
            hidden = torch.tanh(layer(self.dropout(hidden)))
        return Encoded(hidden.masked_fill(padding, 0.0), after)
