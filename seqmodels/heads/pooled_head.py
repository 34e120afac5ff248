"""What the heads of whole sequences have in common: pool the steps, score each class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.layers.encoder import Encoder
from seqmodels.layers.pooling import POOLINGS


class PooledHead(nn.Module, ABC):
    """From the steps of a sequence to one score for each class.

    Args:
        encoder: Whose output it takes.
        classes: Number of classes.
        pooling: Name of the pooling, see `POOLINGS`.
        dropout: Dropout on the pooled vector.
        weights: How much each class counts in the loss, (classes,); all alike if None. They are not saved.
    """

    weights: torch.Tensor | None

    def __init__(
        self, encoder: Encoder, classes: int, *, pooling: str, dropout: float, weights: torch.Tensor | None = None
    ) -> None:
        super().__init__()
        self.pooling = POOLINGS[pooling](encoder.output_size, encoder.bidirectional)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(encoder.output_size, classes)
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The score of every class, (batch, classes), from `x` (batch, time, size) and its mask (batch, time)."""
        pooled = self.dropout(self.pooling(x, mask))  # (batch, size)
        scores: torch.Tensor = self.output(pooled)
        return scores.float()

    @abstractmethod
    def loss(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean loss of the rows in nats, a scalar."""

    @abstractmethod
    def probabilities(self, scores: torch.Tensor) -> torch.Tensor:
        """The probability of every class: (batch, classes)."""

    @abstractmethod
    def decide(self, probabilities: NDArray[np.floating[Any]]) -> NDArray[Any]:
        """What is predicted, in the form of the targets."""
