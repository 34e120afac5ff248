"""A softmax for large vocabularies (Grave et al., 2017): the frequent words, and one entry for each cluster of rarer
ones, are told apart first, and those within a cluster only if the word is there, with fewer features the rarer it is.

Ids must be in the order of frequency, most frequent first, as those of a `Vocabulary` are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import nn

from seqmodels.heads.word_softmax import WORD_SOFTMAXES, WordSoftmax
from textprep.errors import ConfigError
from textprep.settings import Depth, Size, Within


@WORD_SOFTMAXES.register("adaptive")
@dataclass(frozen=True)
class AdaptiveSoftmaxSettings:
    """How an `AdaptiveSoftmax` is built."""

    frequent: Size = 2000
    """How many of the most frequent words are told apart first."""
    clusters: Depth = 3
    """How many clusters the other words are in, each larger than the one before by the same factor."""
    shrink: Annotated[float, Within(1)] = 4.0
    """How many times fewer features each cluster has than the one before; the first this many fewer than the input."""

    def build(
        self, size: int, words: int, table: nn.Parameter | None = None, counts: torch.Tensor | None = None
    ) -> AdaptiveSoftmax:
        """The softmax, see `WordSoftmaxSettings`; table and counts have no meaning here."""
        return AdaptiveSoftmax(self, size, words)

    def cutoffs(self, words: int) -> list[int]:
        """The id with which each cluster begins.

        Raises:
            ConfigError: If there are too few words for that.
        """
        growth = words / self.frequent
        begins = [round(self.frequent * growth ** (i / self.clusters)) for i in range(self.clusters)]
        if any(before >= after for before, after in zip(begins, [*begins[1:], words], strict=True)):
            raise ConfigError(
                f"{words} words cannot be {self.frequent} frequent ones and {self.clusters} clusters of rarer ones; "
                "lower frequent or clusters, or take kind = full"
            )
        return begins


class AdaptiveSoftmax(WordSoftmax):
    """Probabilities of words by way of their clusters; its scores are log-probabilities.

    Args:
        settings: How it is built.
        size: Features of a vector.
        words: Words in the vocabulary.
    """

    def __init__(self, settings: AdaptiveSoftmaxSettings, size: int, words: int) -> None:
        super().__init__()
        cutoffs = settings.cutoffs(words)
        if size < settings.shrink ** len(cutoffs):
            raise ConfigError(
                f"the last cluster would have no features: {size} are {len(cutoffs)} times divided by "
                f"{settings.shrink:g}; lower shrink or clusters"
            )
        self.softmax = nn.AdaptiveLogSoftmaxWithLoss(size, words, cutoffs, div_value=settings.shrink, head_bias=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The log-probability of every word, (..., words), for vectors (..., size)."""
        with torch.autocast(x.device.type, enabled=False):
            return self.softmax.log_prob(self._exact(x).flatten(0, -2)).view(*x.shape[:-1], -1)

    def total_loss(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The sum of -log p of words (N,) for vectors (N, size), in nats."""
        return self.nats(x, targets).sum()

    def nats(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """-log p of words (N,) for vectors (N, size): (N,)."""
        if len(targets) == 0:
            return x.sum(1)  # none, that still have a gradient
        with torch.autocast(x.device.type, enabled=False):
            right: torch.Tensor = self.softmax(self._exact(x), targets).output
        return -right

    def _exact(self, x: torch.Tensor) -> torch.Tensor:
        return x.to(self.softmax.head.weight.dtype)
