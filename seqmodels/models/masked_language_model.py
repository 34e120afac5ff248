"""Masked language models: which words stood where words are hidden, by all that stands around them (Devlin et al.,
"BERT", 2019), and perhaps whether the second part of a text follows the first.

Ids and segments → vectors → an encoder that reads both sides → a score for every word at each step. To be BERT itself,
its encoder has the settings that `layers/transformer.py` names, and the input two segments and no dropout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.batches.each_hidden import EachHidden
from seqmodels.batches.id_batches import IdBatch
from seqmodels.batches.masked_batches import IGNORED, MaskedBatches
from seqmodels.batches.next_sentence_batches import NextSentenceBatch
from seqmodels.heads.masked_language_head import MaskedLanguageHeadSettings
from seqmodels.heads.next_sentence_head import NextSentenceHeadSettings
from seqmodels.inputs.token_input import TokenInput, TokenInputSettings, TokenSizes
from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder
from seqmodels.layers.transformer import TransformerSettings
from textprep.errors import ConfigError, InputError
from textprep.settings import KindOf


@dataclass(frozen=True)
class MaskedLanguageModelSettings:
    """How a `MaskedLanguageModel` is built."""

    input: TokenInputSettings = field(default_factory=lambda: TokenInputSettings(size=256))
    """How tokens become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(
        default_factory=lambda: TransformerSettings(
            hidden_size=256, layers=4, inner_size=1024, positions="learned", context=512, initial_weights="small"
        )
    )
    """What reads the text, both sides of each word: transformer with causal = false, recurrent with
    bidirectional = true."""
    head: MaskedLanguageHeadSettings = field(default_factory=MaskedLanguageHeadSettings)
    """How scores of words are made."""
    next_sentence: bool = False
    """Whether it also learns if the second part of a text follows the first, as BERT did; without it, words are learned
    as well or better (Liu et al., "RoBERTa", 2019)."""
    next_head: NextSentenceHeadSettings = field(default_factory=NextSentenceHeadSettings)
    """How that is told, if it is learned."""


class MaskedScores(NamedTuple):
    """How well a model guesses what is hidden.

    Attributes:
        nats: The sum of -log p over the hidden words.
        hidden: How many they are.
        right: How many of them are the model's first guess.
        pairs: Pairs of which it was asked whether the second part follows the first.
        pairs_right: How many of these it told rightly.
    """

    nats: float
    hidden: int
    right: int
    pairs: int
    pairs_right: int

    @property
    def loss(self) -> float:
        """Mean nats of a hidden word; nan if there are none."""
        return self.nats / self.hidden if self.hidden else math.nan

    @property
    def accuracy(self) -> float:
        """Share of the hidden words that are the model's first guess; nan if there are none."""
        return self.right / self.hidden if self.hidden else math.nan

    @property
    def next_sentence_accuracy(self) -> float:
        """Share of the pairs that it told rightly; nan if there are none."""
        return self.pairs_right / self.pairs if self.pairs else math.nan


class MaskedLanguageModel(nn.Module):
    """Guesses hidden words by what stands on both sides of them.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary; with two segments, the parts of a pair have one each.

    Raises:
        ConfigError: The encoder reads from left to right only.
    """

    def __init__(self, settings: MaskedLanguageModelSettings, sizes: TokenSizes) -> None:
        super().__init__()
        self.settings, self.sizes = settings, sizes
        self.input = TokenInput(settings.input, sizes)
        self.encoder: Encoder = settings.encoder.build(self.input.output_size)
        self.head = settings.head.build(self.encoder.output_size, self.input.table)
        self.next_sentence = settings.next_head.build(self.encoder.output_size) if settings.next_sentence else None
        self._check_direction()

    @property
    def context(self) -> int | None:
        """Tokens that a text can have, see `Encoder.context`."""
        return self.encoder.context

    @property
    def device(self) -> torch.device:
        """Where the model's weights lie."""
        return self.input.words.weight.device

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor, segments: torch.Tensor | None = None) -> torch.Tensor:
        """The encoder's output for ids (batch, time), each in a segment (batch, time), 0 if not given.

        Returns:
            A vector for each token that knows what stands around it, (batch, time, size): `head` makes scores of words
            of it, `next_sentence` those of whether the second part follows.
        """
        known = None if self.input.segments is None else segments
        encoded: Encoded = self.encoder(self.input(ids, known), lengths)
        return encoded.output

    def loss(self, batch: IdBatch | NextSentenceBatch) -> torch.Tensor:
        """Mean of -log p over the hidden words in nats; and that over the pairs of what they are, added, if it is
        learned and the batch has pairs.

        Raises:
            InputError: The batch does not say what is hidden, see `MaskedBatches`.
        """
        x = self(batch.ids, batch.lengths, _segments(batch))
        loss = self.head.loss(x, _hidden(batch), batch.lengths)
        if self.next_sentence is not None and isinstance(batch, NextSentenceBatch):
            loss = loss + self.next_sentence.loss(x, batch.follows)
        return loss

    def loss_weight(self, batch: IdBatch | NextSentenceBatch) -> int:
        """How many words are hidden in a batch; the pairs' part of the loss counts by that too."""
        return int((_hidden(batch) != IGNORED).sum())

    @torch.no_grad()
    def vectors(self, ids: torch.Tensor, lengths: torch.Tensor, segments: torch.Tensor | None = None) -> torch.Tensor:
        """As a call, in evaluation mode and without gradients: (batch, time, size), on the model's device."""
        self.eval()
        known = None if segments is None else segments.to(self.device)
        vectors: torch.Tensor = self(ids.to(self.device), lengths.to(self.device), known)
        return vectors

    @torch.no_grad()
    def predict(self, batches: MaskedBatches) -> MaskedScores:
        """What the model guesses of hidden words, and of pairs if it has learned that, in evaluation mode."""
        nats, hidden, right, pairs, pairs_right = 0.0, 0, 0, 0, 0
        for batch in batches:
            x = self.vectors(batch.ids, batch.lengths, _segments(batch))
            here = batch.to(self.device)
            lost, is_right = self.head.judged(x, _hidden(here), here.lengths)
            nats, hidden, right = nats + float(lost.double().sum()), hidden + len(lost), right + int(is_right.sum())
            if self.next_sentence is not None and isinstance(here, NextSentenceBatch):
                pairs += len(here.follows)
                pairs_right += int((self.next_sentence(x).argmax(1) == here.follows).sum())
        return MaskedScores(nats, hidden, right, pairs, pairs_right)

    @torch.no_grad()
    def text_losses(self, batches: EachHidden) -> NDArray[np.float64]:
        """The sum of -log p over the tokens of each text, each of them hidden by itself, in nats: (texts,).

        Its negative is the pseudo-log-likelihood of Salazar et al., "Masked language model scoring" (2020).
        """
        losses = np.zeros(batches.texts)
        for batch in batches:
            x = self.vectors(batch.ids, batch.lengths)
            here = batch.to(self.device)
            lost, _ = self.head.judged(x, _hidden(here), here.lengths)
            np.add.at(losses, batch.rows.numpy(), lost.double().cpu().numpy())
        return losses

    def _check_direction(self) -> None:
        with torch.no_grad():
            step = torch.zeros(1, 1, self.input.output_size)
            if self.encoder(step, torch.ones(1, dtype=torch.int64)).state is not None:
                raise ConfigError(
                    "a masked language model reads both sides of a word; set encoder.bidirectional = true, or "
                    "encoder.causal = false"
                )


def _segments(batch: IdBatch | NextSentenceBatch) -> torch.Tensor | None:
    return batch.segments if isinstance(batch, NextSentenceBatch) else None


def _hidden(batch: IdBatch | NextSentenceBatch) -> torch.Tensor:
    if batch.targets is None:
        raise InputError("the batch does not say what is hidden", remedy="take the batches of MaskedBatches")
    return batch.targets
