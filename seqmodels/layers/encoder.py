"""What every encoder of sequences keeps to, so that a model can take any of them.

    encoded = encoder(x, lengths)                      # a whole sequence
    encoded = encoder(more, lengths, encoded.state)    # the next part of the same sequence

An encoder that reads from left to right can go on where it stopped: the parts give what the whole would have given,
also for rows of different lengths, because the state is that at each row's own end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import torch
from torch import nn

from textprep.registry import Registry

if TYPE_CHECKING:
    from seqmodels.batches.word_batches import WordBatch

State: TypeAlias = tuple[torch.Tensor, ...]
"""What an encoder remembers of the rows that it has read. The tensors' meaning is the encoder's own, but each has the
batch first: any code may choose or repeat rows, detach them, or move them to another device."""


class Encoded(NamedTuple):
    """What an encoder gives."""

    output: torch.Tensor  # (batch, time, output_size)
    """One vector a step, zero beyond each row's length."""
    state: State | None
    """What to give with the next part of the same rows; None from an encoder that also reads from right to left."""


class Encoder(nn.Module, ABC):
    """Turns sequences of vectors into sequences of vectors that know of their neighbours."""

    output_size: int
    """Features of each step of the output."""
    bidirectional: bool = False
    """Whether the second half of the output's features has been read from right to left."""
    context: int | None = None
    """Steps that a sequence may have at most, those of its state among them; None if there is no end to it."""

    @abstractmethod
    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """Encode `x`.

        Args:
            x: The sequences, (batch, time, input_size); what stands beyond a row's length has no influence.
            lengths: Steps of each row, (batch,); 0 is allowed.
            state: What came before, as a former call gave it; None at the beginning of sequences.

        Raises:
            ConfigError: If a state is given to an encoder that cannot go on from one.
        """

    def read(self, x: torch.Tensor, batch: WordBatch) -> torch.Tensor:
        """The output for the tokens of a batch, whose vectors are `x`: (batch, time, output_size).

        An encoder that wants more than vectors and lengths, such as which words they are or where sentences begin,
        takes it from the batch here.
        """
        encoded: Encoded = self(x, batch.lengths)
        return encoded.output


class EncoderSettings(Protocol):
    """How an encoder of one kind is built."""

    def build(self, input_size: int) -> Encoder:
        """The encoder of vectors with `input_size` features."""


ENCODERS: Registry[type[EncoderSettings]] = Registry("encoder", "seqmodels.layers")
"""The settings of each kind of encoder, which stands in the file of its name."""
