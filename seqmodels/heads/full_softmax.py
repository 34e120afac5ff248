"""A softmax over all words, each with a vector of its own for the output."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.heads.linear_cross_entropy import linear_cross_entropy, row_blocks
from seqmodels.heads.word_softmax import WORD_SOFTMAXES, WordSoftmax
from textprep.settings import Share


@WORD_SOFTMAXES.register("full")
@dataclass(frozen=True)
class FullSoftmaxSettings:
    """How a `FullSoftmax` with vectors of its own is built."""

    label_smoothing: Share = 0.0
    """Share of the target's probability that is spread evenly over all words, in training."""
    bias: bool = True
    """Whether each word has a number that is added to its scores."""

    def build(
        self, size: int, words: int, table: nn.Parameter | None = None, counts: torch.Tensor | None = None
    ) -> FullSoftmax:
        """The softmax, see `WordSoftmaxSettings`; table and counts have no meaning here."""
        return FullSoftmax(output_table(words, size), bias=self.bias, smoothing=self.label_smoothing)


class FullSoftmax(WordSoftmax):
    """Scores of words: the products of a vector with theirs.

    Args:
        table: The words' vectors, (words, table size).
        project: What brings vectors to the table's size; nothing if None.
        bias: Whether each word has a number that is added to its scores.
        smoothing: Share of the target's probability that is spread evenly over all words, in training (PyTorch's label
            smoothing: the target keeps its share of what is spread).
    """

    def __init__(
        self, table: nn.Parameter, *, project: nn.Module | None = None, bias: bool = True, smoothing: float = 0.0
    ) -> None:
        super().__init__()
        self.project = project or nn.Identity()
        self.table = table
        self.bias = nn.Parameter(torch.zeros(len(table))) if bias else None
        self.smoothing = smoothing

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The score of every word, (..., words), for vectors (..., size)."""
        scores = F.linear(self.project(x), self.table, self.bias)
        return scores.to(self.table.dtype)

    def total_loss(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The sum of cross-entropies of words (N,) for vectors (N, size), in nats."""
        return linear_cross_entropy(self.project(x), self.table, self.bias, targets, self.smoothing)

    def nats(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """-log p of words (N,) for vectors (N, size): (N,)."""
        each = [
            F.cross_entropy(self(x[block]), targets[block], reduction="none")
            for block in row_blocks(len(x), len(self.table))
        ]
        return torch.cat(each) if each else x.sum(1)  # none, that still have a gradient


def output_table(words: int, size: int) -> nn.Parameter:
    """First vectors of words for the output, (words, size), as of a linear layer."""
    reach = size**-0.5
    return nn.Parameter(torch.empty(words, size).uniform_(-reach, reach))
