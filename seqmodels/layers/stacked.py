"""One encoder on top of another: a Transformer over an LSTM, an LSTM over a convolution (Zhou et al., "A C-LSTM Neural
Network for Text Classification", 2015). Either may be of any kind, and itself be stacked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import torch

from seqmodels.layers.dropout import LockedDropout
from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.transformer import TransformerSettings
from textprep.settings import KindOf, Share

if TYPE_CHECKING:
    from seqmodels.batches.word_batches import WordBatch


@ENCODERS.register("stacked")
@dataclass(frozen=True)
class StackedSettings:
    """How a `StackedEncoder` is built."""

    lower: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=RecurrentSettings)
    """The encoder that reads the sequence; any kind."""
    upper: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=TransformerSettings)
    """The encoder that reads what the lower one gives; any kind."""
    between_dropout: Share = 0.3
    """Locked dropout between the two."""

    def build(self, input_size: int) -> StackedEncoder:
        """The encoder of vectors with `input_size` features."""
        lower = self.lower.build(input_size)
        return StackedEncoder(lower, self.upper.build(lower.output_size), dropout=self.between_dropout)


class StackedEncoder(Encoder):
    """An encoder that reads what another one gives.

    Its state, when both can go on from one, is the lower one's and then the upper one's.

    Args:
        lower: What reads the sequence.
        upper: What reads the lower one's output.
        dropout: Locked dropout on that output.
    """

    def __init__(self, lower: Encoder, upper: Encoder, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.lower, self.upper, self.dropout = lower, upper, LockedDropout(dropout)
        self.output_size, self.bidirectional = upper.output_size, upper.bidirectional
        self.context = min((each.context for each in (lower, upper) if each.context is not None), default=None)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output is (batch, time, output_size)."""
        below, above = (None, None) if state is None else self._divided(state, x, lengths)
        lower = self.lower(x, lengths, below)
        upper = self.upper(self.dropout(lower.output), lengths, above)
        if lower.state is None or upper.state is None:
            return Encoded(upper.output, None)
        return Encoded(upper.output, lower.state + upper.state)

    def read(self, x: torch.Tensor, batch: WordBatch) -> torch.Tensor:
        """The output for a batch's tokens, see `Encoder.read`; each encoder takes from the batch what it wants."""
        return self.upper.read(self.dropout(self.lower.read(x, batch)), batch)

    def _divided(self, state: State, x: torch.Tensor, lengths: torch.Tensor) -> tuple[State, State]:
        """What of a state is the lower encoder's, of which a batch without rows tells how many parts it has."""
        parts = len(self.lower(x[:0, :0], lengths[:0]).state or ())
        return state[:parts], state[parts:]
