"""Any number of labels for each sequence: a sigmoid and binary cross-entropy for each label by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from seqmodels.heads.pooled_head import PooledHead
from seqmodels.layers.encoder import Encoder
from seqmodels.layers.pooling import POOLINGS
from textprep.settings import OneOf, Share


@dataclass(frozen=True)
class MultiLabelHeadSettings:
    """How a `MultiLabelHead` is built."""

    pooling: Annotated[str, OneOf(POOLINGS)] = "max"
    """How the states become one vector: last, mean, max or attention."""
    output_dropout: Share = 0.5
    """Dropout on the pooled vector."""
    threshold: Share = 0.5
    """A label is given if its probability is at least this."""

    def build(self, encoder: Encoder, classes: int, weights: torch.Tensor | None = None) -> MultiLabelHead:
        """The head for an encoder; `weights` (classes,) say how much a row counts for a label that it has."""
        return MultiLabelHead(self, encoder, classes, weights)


class MultiLabelHead(PooledHead):
    """Gives each sequence any number of labels, each by itself.

    Args:
        settings: How it is built.
        encoder: Whose output it takes.
        classes: Number of labels.
        weights: How much a row counts for a label that it has, against one that has it not, (classes,); 1 if None.
    """

    def __init__(
        self, settings: MultiLabelHeadSettings, encoder: Encoder, classes: int, weights: torch.Tensor | None = None
    ) -> None:
        super().__init__(encoder, classes, pooling=settings.pooling, dropout=settings.output_dropout, weights=weights)
        self.threshold = settings.threshold

    def loss(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Mean binary cross-entropy over rows and labels, for targets (batch, labels) of 0 and 1."""
        return F.binary_cross_entropy_with_logits(scores, targets.to(scores.dtype), pos_weight=self.weights)

    def probabilities(self, scores: torch.Tensor) -> torch.Tensor:
        """The probability of every label: (batch, labels)."""
        return torch.sigmoid(scores)

    def decide(self, probabilities: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
        """1 for each label that a row has, else 0: (rows, labels)."""
        return (probabilities >= self.threshold).astype(np.int64)
