"""Language models: how likely is each token, given those before it (Bengio et al., 2003; Mikolov et al., 2010).

Ids → vectors → an encoder that reads from left to right → a score for every token that may follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.batches.id_batches import IdBatches
from seqmodels.batches.stream_batches import StreamBatch, StreamBatches
from seqmodels.heads.language_head import LanguageHeadSettings
from seqmodels.heads.tied_softmax import TiedSoftmaxSettings
from seqmodels.inputs.token_input import TokenInput, TokenInputSettings, TokenSizes
from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.state_rows import begun_again
from textprep.errors import ConfigError
from textprep.settings import KindOf


@dataclass(frozen=True)
class LanguageModelSettings:
    """How a `LanguageModel` is built."""

    input: TokenInputSettings = field(default_factory=lambda: TokenInputSettings(size=256))
    """How tokens become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(
        default_factory=lambda: RecurrentSettings(hidden_size=256, layers=2, bidirectional=False)
    )
    """What reads the text, from left to right only: recurrent with bidirectional = false, transformer with
    causal = true."""
    head: LanguageHeadSettings = field(
        default_factory=lambda: LanguageHeadSettings(softmax=TiedSoftmaxSettings(), output_dropout=0.1)
    )
    """How scores of tokens are made."""
    carried: bool = True
    """Whether the state goes on from batch to batch, so that a text is read as one; without it, each batch begins
    anew, as Transformers need it, whose state grows."""


class TextLoss(NamedTuple):
    """How little a model expected a text."""

    nats: float
    """The sum of -log p over its tokens."""
    tokens: int
    """How many they are."""


class LanguageModel(nn.Module):
    """Says how likely each token is, given those before it.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
        counts: How often each token occurs in the training text, (words,), for a softmax that asks for it.

    Raises:
        ConfigError: The encoder does not read from left to right only.
    """

    def __init__(self, settings: LanguageModelSettings, sizes: TokenSizes, counts: Sequence[int] | None = None) -> None:
        super().__init__()
        self.settings, self.sizes = settings, sizes
        self.input = TokenInput(settings.input, sizes)
        self.encoder: Encoder = settings.encoder.build(self.input.output_size)
        known = None if counts is None else torch.tensor(counts)
        self.head = settings.head.build(self.encoder.output_size, sizes.words, self.input.table, known)
        self._check_direction()

    @property
    def words(self) -> int:
        """How many tokens it knows."""
        return self.sizes.words

    @property
    def context(self) -> int | None:
        """Tokens that it can look back on, see `Encoder.context`."""
        return self.encoder.context

    @property
    def device(self) -> torch.device:
        """Where the model's weights lie."""
        return self.input.words.weight.device

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """The encoder's output for ids (batch, time), see `Encoder.forward`."""
        encoded: Encoded = self.encoder(self.input(ids), lengths, state)
        return encoded

    def loss(self, batch: StreamBatch) -> torch.Tensor:
        """Mean of -log p over the tokens of the batch, in nats, without anything before it."""
        return self.loss_from(batch, None)[0]

    def loss_from(self, batch: StreamBatch, state: State | None) -> tuple[torch.Tensor, State | None]:
        """The same, and the state with which the next batch goes on, if it is carried."""
        encoded = self(batch.ids, batch.lengths, self._before(batch, state))
        loss = self.head.loss(encoded.output, batch.targets, batch.lengths)
        return loss, encoded.state if self.settings.carried else None

    def loss_weight(self, batch: StreamBatch) -> int:
        """Over how many tokens the loss of a batch is a mean."""
        return int(batch.lengths.sum())

    def next_scores(self, ids: torch.Tensor, lengths: torch.Tensor, state: State | None) -> tuple[torch.Tensor, State]:
        """Read some tokens, and score every token that may follow, see `NextToken`: (rows, words)."""
        scores, _, state = self.next_hidden(ids, lengths, state)
        return scores, state

    def next_hidden(
        self, ids: torch.Tensor, lengths: torch.Tensor, state: State | None
    ) -> tuple[torch.Tensor, torch.Tensor, State]:
        """As `next_scores`, with the encoder's output before the state, see `NextHidden`: (rows, time, size)."""
        encoded = self(ids, lengths, state)
        assert encoded.state is not None  # the encoder reads from left to right
        ends = encoded.output[torch.arange(len(ids), device=ids.device), lengths - 1]  # (rows, size)
        return self.head(ends.unsqueeze(1)).squeeze(1).float(), encoded.output, encoded.state

    @torch.inference_mode()
    def predict(self, batches: StreamBatches) -> TextLoss:
        """What the model makes of a text, in evaluation mode; each stream begins without anything before it."""
        self.eval()
        state, nats, tokens = None, 0.0, 0
        for batch in batches:
            here = batch.to(self.device)
            lost, state = self._nats(here.ids, here.lengths, here.targets, self._before(here, state))
            nats, tokens = nats + float(lost.double().sum()), tokens + len(lost)
        return TextLoss(nats, tokens)

    @torch.inference_mode()
    def text_losses(self, batches: IdBatches) -> NDArray[np.float64]:
        """The sum of -log p over the tokens of each row but its first, in nats, in evaluation mode: (rows,)."""
        self.eval()
        losses = np.zeros(len(batches.lengths))
        for batch in batches:
            ids, lengths = batch.ids.to(self.device), (batch.lengths - 1).clamp(min=0).to(self.device)
            nats, _ = self._nats(ids[:, :-1], lengths, ids[:, 1:], None)
            rows = batch.rows.repeat_interleave(lengths.cpu()).numpy()
            np.add.at(losses, rows, nats.double().cpu().numpy())
        return losses

    def _before(self, batch: StreamBatch, state: State | None) -> State | None:
        """The state in which a batch is read, by the one behind the batch before: none if it is not carried, and as at
        the beginning in rows that do not go on."""
        if state is None or not self.settings.carried:
            return None
        if not bool(batch.fresh.any()):
            return state
        first = self(batch.ids[:, :0], torch.zeros_like(batch.lengths)).state
        assert first is not None  # the encoder reads from left to right
        return begun_again(state, batch.fresh, first)

    def _nats(
        self, ids: torch.Tensor, lengths: torch.Tensor, targets: torch.Tensor, state: State | None
    ) -> tuple[torch.Tensor, State | None]:
        """-log p of each target, row by row without padding, (tokens,), and the state behind them."""
        encoded = self(ids, lengths, state)
        return self.head.nats(encoded.output, targets, lengths), encoded.state

    def _check_direction(self) -> None:
        with torch.no_grad():
            step = torch.zeros(1, 1, self.input.output_size)
            if self.encoder(step, torch.ones(1, dtype=torch.int64)).state is None:
                raise ConfigError(
                    "a language model reads from left to right only; set encoder.bidirectional = false, or "
                    "encoder.causal = true"
                )
