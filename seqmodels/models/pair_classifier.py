"""A classifier of pairs of sequences: does one entail the other, answer it, or say the same?

Each side is read by the same encoder and the two vectors are compared (Bromley et al., 1993; Conneau et al.,
"InferSent", 2017), or both are read as one sequence (Devlin et al., "BERT", 2019).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.batches.joined_pairs import join_pairs
from seqmodels.batches.pair_batches import PairBatch, PairBatches
from seqmodels.heads.pair_head import PairHeadSettings
from seqmodels.inputs.token_input import TokenInput, TokenInputSettings, TokenSizes
from seqmodels.layers.encoder import ENCODERS, Encoder
from seqmodels.layers.mask import token_mask
from seqmodels.layers.recurrent import RecurrentSettings
from textprep.errors import ConfigError, InputError
from textprep.settings import KindOf, SizeOrNone


@dataclass(frozen=True)
class PairClassifierSettings:
    """How a `PairClassifier` is built."""

    input: TokenInputSettings = field(default_factory=TokenInputSettings)
    """How tokens become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=RecurrentSettings)
    """What reads the sequences: recurrent, transformer or another."""
    head: PairHeadSettings = field(default_factory=PairHeadSettings)
    """How classes are chosen."""
    join: Literal["compared", "together"] = "compared"
    """Whether each side is read by itself and their vectors are compared, or both together as one sequence."""


@dataclass(frozen=True)
class JoinedSizes(TokenSizes):
    """The same of a vocabulary that can tell the two sides of a pair apart.

    Raises:
        ConfigError: One of them is no whole number, or too small or large; or the separator is no id.
    """

    separator: SizeOrNone = 0
    """The id that stands behind each side of a pair that is read together; 0 if there is none."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.separator >= self.words:
            raise ConfigError(f"the separator has the id {self.separator}, and there are {self.words} words")


class PairClassifier(nn.Module):
    """Gives each pair of sequences a class.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary; with two segments, a pair that is read together has a segment a side.
        labels: Names of the classes, in the order of their ids.
        separator: The id that stands behind each side of a pair that is read together.
        begin: The id that stands in front of such a pair; none if None.

    Raises:
        ConfigError: If pairs are read together and there is no separator.
    """

    def __init__(
        self,
        settings: PairClassifierSettings,
        sizes: TokenSizes,
        labels: Sequence[str],
        *,
        separator: int | None = None,
        begin: int | None = None,
    ) -> None:
        super().__init__()
        self.settings, self.sizes, self.labels = settings, sizes, list(labels)
        if settings.join == "together" and separator is None:
            raise ConfigError("join = together needs the id of a separator; give one, or take join = compared")
        self.separator, self.begin = (separator, begin) if settings.join == "together" else (None, None)
        self.input = TokenInput(settings.input, sizes)
        self.encoder: Encoder = settings.encoder.build(self.input.output_size)
        self.head = settings.head.build(self.encoder, len(labels), sides=2 if self.separator is None else 1)

    @property
    def device(self) -> torch.device:
        """Where the model's weights lie."""
        return self.input.words.weight.device

    def forward(self, batch: PairBatch) -> torch.Tensor:
        """The score of every class: (batch, classes)."""
        return self.read(self.sequences(batch))

    def sequences(self, batch: PairBatch) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """The vectors (batch, time, size) and lengths (batch,) of what is read: a sequence a side, or one of both."""
        if self.separator is None:
            for side in (batch.first, batch.second):
                yield self.input(side.ids), side.lengths
        else:
            ids, lengths, segments = join_pairs(batch, self.separator, self.begin)
            yield self.input(ids, None if self.input.segments is None else segments), lengths

    def read(self, sequences: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
        """The score of every class, (batch, classes), for pairs as `sequences` gives them."""
        sides = [(self.encoder(x, lengths).output, token_mask(lengths, x.shape[1])) for x, lengths in sequences]
        scores: torch.Tensor = self.head(sides)
        return scores

    def loss(self, batch: PairBatch) -> torch.Tensor:
        """Mean loss of the pairs in nats; InputError if the batch has no targets, or one that is no class."""
        if batch.targets is None:
            raise InputError("the batch has no targets to learn from", remedy="give PairBatches targets")
        return self.head.loss(self(batch), batch.targets)

    def loss_weight(self, batch: PairBatch) -> int:
        """Over how many pairs the loss of a batch is a mean."""
        return len(batch.first.lengths)

    @torch.inference_mode()
    def predict(self, batches: PairBatches) -> NDArray[np.float32]:
        """Class probabilities of every pair of a corpus, in its order, in evaluation mode: (rows, classes)."""
        self.eval()
        result = np.zeros((len(batches.first.lengths), len(self.labels)), np.float32)
        for batch in batches:
            result[batch.first.rows.numpy()] = self(batch.to(self.device)).softmax(1).cpu().numpy()
        return result
