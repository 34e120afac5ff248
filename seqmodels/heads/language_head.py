"""The next word: from an encoder's output to how likely every word of the vocabulary is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import torch
from torch import nn

from seqmodels.heads.full_softmax import FullSoftmaxSettings
from seqmodels.heads.labels import counted_targets
from seqmodels.heads.word_softmax import WORD_SOFTMAXES, WordSoftmax
from seqmodels.layers.dropout import LockedDropout
from textprep.settings import KindOf, Share


@dataclass(frozen=True)
class LanguageHeadSettings:
    """How a `LanguageHead` is built."""

    softmax: Annotated[Any, KindOf(WORD_SOFTMAXES)] = field(default_factory=FullSoftmaxSettings)
    """What makes probabilities of words: full, tied to the words' vectors of the input, adaptive or sampled for many
    words."""
    output_dropout: Share = 0.0
    """Dropout on the encoder's output."""
    locked_dropout: bool = False
    """Whether dropout drops the same features of all tokens of a sequence."""

    def build(
        self, size: int, words: int, table: nn.Parameter | None = None, counts: torch.Tensor | None = None
    ) -> LanguageHead:
        """The head for an encoder's output of `size` features; the rest: see `WordSoftmaxSettings`."""
        return LanguageHead(self, self.softmax.build(size, words, table, counts), words)


class LanguageHead(nn.Module):
    """Says how likely each word is, given a vector.

    Args:
        settings: How it is built.
        softmax: What makes probabilities of words.
        words: Words in the vocabulary.
    """

    def __init__(self, settings: LanguageHeadSettings, softmax: WordSoftmax, words: int) -> None:
        super().__init__()
        self.words = words
        self.dropout = (LockedDropout if settings.locked_dropout else nn.Dropout)(settings.output_dropout)
        self.softmax = softmax

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The score of every word, (batch, time, words), for an encoder's output (batch, time, size)."""
        scores: torch.Tensor = self.softmax(self.dropout(x))
        return scores

    def loss(self, x: torch.Tensor, targets: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The mean over targets of -log p, in nats; 0 if there are none.

        In training it is what the softmax has training make small: with smoothed labels, or by a sample of the words.

        Args:
            x: An encoder's output, (batch, time, size).
            targets: The right words, (batch, time); those that are `IGNORED` or beyond `lengths` do not count.
            lengths: Steps of each row, (batch,).

        Raises:
            InputError: If a target is none of the words.
        """
        vectors, wanted = self._counted(x, targets, lengths)
        total = self.softmax.total_loss(vectors, wanted) if self.training else self.softmax.nats(vectors, wanted).sum()
        return total / max(1, len(wanted))

    def nats(self, x: torch.Tensor, targets: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """-log p of each target that counts, see `loss`, row by row: (targets,)."""
        return self.softmax.nats(*self._counted(x, targets, lengths))

    def _counted(
        self, x: torch.Tensor, targets: torch.Tensor, lengths: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The vectors and targets that count, row by row: (N, size) and (N,)."""
        counted, x = counted_targets(targets, lengths, self.words), self.dropout(x)  # (batch, time)
        if counted.all():  # nothing to be looked for
            return x.flatten(0, 1), targets.flatten()
        return x[counted], targets[counted]
