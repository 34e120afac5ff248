"""A softmax that sees only some words in training, drawn anew for each batch (Bengio & Senécal, 2003; Jean et al.,
2015).

The sum over all words, Z, is estimated by importance sampling: the right word counts as it is, and each drawn word,
unless it is the right one, by exp(score) / (draws · its probability of being drawn). Its mean over draws is Z itself;
that of its logarithm, the loss, is a little lower, the less so the more words are drawn. Evaluation takes all words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.heads.full_softmax import FullSoftmax, output_table
from seqmodels.heads.tied_softmax import shared_table
from seqmodels.heads.word_softmax import WORD_SOFTMAXES
from textprep.errors import ConfigError
from textprep.settings import Size


@WORD_SOFTMAXES.register("sampled")
@dataclass(frozen=True)
class SampledSoftmaxSettings:
    """How a `SampledSoftmax` is built."""

    draws: Size = 1024
    """Words drawn for a batch."""
    proposal: Literal["log_uniform", "unigram"] = "log_uniform"
    """How probable a word is to be drawn: log_uniform falls with its id, as Zipf's law does where ids are in the order
    of frequency; unigram is its frequency in the training text."""
    tied: bool = False
    """Whether the words' vectors are those of the input."""
    bias: bool = True
    """Whether each word has a number that is added to its scores."""

    def build(
        self, size: int, words: int, table: nn.Parameter | None = None, counts: torch.Tensor | None = None
    ) -> SampledSoftmax:
        """The softmax, see `WordSoftmaxSettings`; counts are for the proposal `unigram`."""
        table = shared_table(table, words) if self.tied else output_table(words, size)
        project = None if table.shape[1] == size else nn.Linear(size, table.shape[1], bias=False)
        proposal = log_uniform(words) if self.proposal == "log_uniform" else unigram(words, counts)
        return SampledSoftmax(table, proposal, self.draws, project=project, bias=self.bias)


class SampledSoftmax(FullSoftmax):
    """Scores of words, with a training loss by a sample of them.

    Args:
        table: The words' vectors, (words, table size).
        proposal: How probable each word is to be drawn, (words,), float64, none 0.
        draws: Words drawn for a batch, with replacement.
        project: What brings vectors to the table's size; nothing if None.
        bias: Whether each word has a number that is added to its scores.
    """

    proposal: torch.Tensor

    def __init__(
        self,
        table: nn.Parameter,
        proposal: torch.Tensor,
        draws: int,
        *,
        project: nn.Module | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__(table, project=project, bias=bias)
        self.draws = draws
        self.register_buffer("proposal", proposal)

    def total_loss(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The sum over vectors (N, size) of log Z, estimated, less the scores of the words (N,), in nats."""
        x = self.project(x).to(self.table.dtype)
        log_sums, right = self.log_sums(x, targets, self.draw())
        return (log_sums - right).sum()

    def draw(self) -> torch.Tensor:
        """Words by the proposal, with replacement, from torch's random numbers: (draws,)."""
        ways = self.proposal.cumsum(0)
        lots = torch.rand(self.draws, dtype=ways.dtype, device=ways.device) * ways[-1]
        return torch.searchsorted(ways, lots, right=True).clamp(max=len(ways) - 1)

    def log_sums(
        self, x: torch.Tensor, targets: torch.Tensor, drawn: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The logs of estimates of Z by the words drawn, and the scores of the right words: (N,) each.

        Args:
            x: Vectors of the table's size, (N, table size).
            targets: The right words, (N,).
            drawn: Some words, (draws,).
        """
        bias = self.table.new_zeros(len(self.table)) if self.bias is None else self.bias
        right = (x * F.embedding(targets, self.table)).sum(1) + bias[targets]  # (N,)
        weights = (len(drawn) * self.proposal[drawn]).log().to(x.dtype)  # (draws,)
        others = F.linear(x, F.embedding(drawn, self.table), bias[drawn] - weights)  # (N, draws)
        others = others.masked_fill(drawn == targets.unsqueeze(1), -torch.inf)
        return torch.logsumexp(torch.cat([right.unsqueeze(1), others], 1), 1), right


def log_uniform(words: int) -> torch.Tensor:
    """Probabilities that fall with the id as 1 / (id + 1) does, roughly: log((id + 2) / (id + 1)) / log(words + 1)."""
    steps = torch.arange(1, words + 2, dtype=torch.float64).log()  # (words + 1,)
    return steps.diff() / steps[-1]


def unigram(words: int, counts: torch.Tensor | None) -> torch.Tensor:
    """The words' frequencies, each word counted once more so that none is impossible.

    Without counts all words are alike: in a model that is built to be filled with saved weights, which have them.
    """
    counts = torch.zeros(words) if counts is None else counts
    if len(counts) != words:
        raise ConfigError(f"proposal unigram needs the counts of {words} words, and there are {len(counts)}")
    return (counts.double() + 1) / (counts.double() + 1).sum()
