"""What every decoder of sequences keeps to: it reads what has been said so far, and looks at a source meanwhile.

    state = decoder.begin(encoded.output, source_lengths)
    said = decoder(x, lengths, state)           # all of a target, in training
    more = decoder(next, lengths, said.state)   # or token by token, in generation

Like an encoder it can go on from where it stopped: the parts give what the whole would have given.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

import torch
from torch import nn

from seqmodels.layers.encoder import Encoded, State
from textprep.registry import Registry


class Decoder(nn.Module, ABC):
    """Turns sequences of vectors, read from left to right, and a source into sequences of vectors."""

    output_size: int
    """Features of each step of the output."""
    context: int | None = None
    """Steps that a target may have at most, those of its state among them; None if there is no end to it."""

    @abstractmethod
    def begin(self, source: torch.Tensor, lengths: torch.Tensor) -> State:
        """The state before the first step; the source is part of it, so that rows of a state can be chosen.

        Args:
            source: The source's vectors, (batch, source time, source_size); what stands beyond a row's length has no
                influence.
            lengths: Steps of each row of the source, (batch,); 0 is allowed.
        """

    @abstractmethod
    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State) -> Encoded:
        """Read `x` on from a state.

        Args:
            x: The next steps, (batch, time, input_size); what stands beyond a row's length has no influence.
            lengths: Steps of each row, (batch,); 0 is allowed.
            state: As `begin` or a former call gave it.

        Returns:
            The output (batch, time, output_size), zero beyond each row's length, and the state at each row's own end.
        """


class DecoderSettings(Protocol):
    """How a decoder of one kind is built."""

    def build(self, input_size: int, source_size: int) -> Decoder:
        """The decoder of vectors with `input_size` features, beside a source of vectors with `source_size`."""


DECODERS: Registry[type[DecoderSettings]] = Registry("decoder", "seqmodels.layers")
"""The settings of each kind of decoder: `recurrent` and `transformer` stand in `recurrent_decoder.py` and so on."""
