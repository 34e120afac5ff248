"""What stands between vectors and the words of a vocabulary: a score for every word, and how likely each was."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

import torch
from torch import nn

from textprep.registry import Registry


class WordSoftmax(nn.Module, ABC):
    """Scores and probabilities of words 0..words - 1, given a vector."""

    @abstractmethod
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The score of every word, (..., words), for vectors (..., size); softmax makes probabilities of them."""

    @abstractmethod
    def total_loss(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """What training makes as small as it can: the sum over vectors (N, size) with their words (N,), in nats."""

    @abstractmethod
    def nats(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """-log p of the words (N,) that follow vectors (N, size), exactly: (N,). It is for evaluation."""


class WordSoftmaxSettings(Protocol):
    """How a softmax of one kind is built."""

    def build(
        self, size: int, words: int, table: nn.Parameter | None = None, counts: torch.Tensor | None = None
    ) -> WordSoftmax:
        """The softmax over `words` words, of vectors with `size` features.

        Args:
            size: Features of a vector.
            words: Words in the vocabulary.
            table: The words' vectors in the input, (words, table size), for a kind that is tied to them.
            counts: How often each word occurs in the training text, (words,), for a kind that asks for it.

        Raises:
            ConfigError: Something that the kind needs is missing or does not fit.
        """


WORD_SOFTMAXES: Registry[type[WordSoftmaxSettings]] = Registry(
    "softmax",
    "seqmodels.heads.full_softmax",
    "seqmodels.heads.tied_softmax",
    "seqmodels.heads.adaptive_softmax",
    "seqmodels.heads.sampled_softmax",
)
"""The settings of each kind: full, tied, adaptive, sampled."""
