"""Whether one sentence follows another, as BERT learns it (Devlin et al., 2019): by the first step of the pair, through
a dense layer and tanh.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.heads.labels import check_labels
from textprep.settings import Share


@dataclass(frozen=True)
class NextSentenceHeadSettings:
    """How a `NextSentenceHead` is built."""

    output_dropout: Share = 0.0
    """Dropout on the pooled vector."""

    def build(self, size: int) -> NextSentenceHead:
        """The head for an encoder's output of `size` features."""
        return NextSentenceHead(self, size)


class NextSentenceHead(nn.Module):
    """Tells pairs of sentences that follow each other from pairs at random.

    Args:
        settings: How it is built.
        size: Features of each step.
    """

    def __init__(self, settings: NextSentenceHeadSettings, size: int) -> None:
        super().__init__()
        self.dense = nn.Linear(size, size)
        self.dropout = nn.Dropout(settings.output_dropout)
        self.output = nn.Linear(size, 2)

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """One vector for each pair, by the first step of an encoder's output (batch, time, size): (batch, size)."""
        first = x[:, 0] if x.shape[1] else x.new_zeros(x.shape[0], x.shape[2])
        return torch.tanh(self.dense(first))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The scores of following and of being random, (batch, 2), for an encoder's output (batch, time, size)."""
        scores: torch.Tensor = self.output(self.dropout(self.pooled(x)))
        return scores.float()

    def loss(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean cross-entropy over pairs in nats, for targets (batch,); InputError for one that is no class."""
        check_labels(targets, 2)
        return F.cross_entropy(self(x), targets)
