"""One class for each sequence: softmax and cross-entropy, with label smoothing (Szegedy et al., 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from seqmodels.heads.labels import check_labels
from seqmodels.heads.pooled_head import PooledHead
from seqmodels.layers.encoder import Encoder
from seqmodels.layers.pooling import POOLINGS
from textprep.settings import OneOf, Share


@dataclass(frozen=True)
class ClassHeadSettings:
    """How a `ClassHead` is built."""

    pooling: Annotated[str, OneOf(POOLINGS)] = "max"
    """How the states become one vector: last, mean, max or attention."""
    output_dropout: Share = 0.5
    """Dropout on the pooled vector."""
    label_smoothing: Share = 0.0
    """Share of the target's probability that is spread evenly over all classes."""

    def build(self, encoder: Encoder, classes: int, weights: torch.Tensor | None = None) -> ClassHead:
        """The head for an encoder; `weights` (classes,) say how much each class counts."""
        return ClassHead(self, encoder, classes, weights)


class ClassHead(PooledHead):
    """Gives each sequence one of several classes.

    Args:
        settings: How it is built.
        encoder: Whose output it takes.
        classes: Number of classes.
        weights: How much a row of each class counts in the loss, (classes,); all alike if None.
    """

    def __init__(
        self, settings: ClassHeadSettings, encoder: Encoder, classes: int, weights: torch.Tensor | None = None
    ) -> None:
        super().__init__(encoder, classes, pooling=settings.pooling, dropout=settings.output_dropout, weights=weights)
        self.smoothing = settings.label_smoothing

    def loss(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Mean over rows of weight times cross-entropy, for targets (batch,); InputError for one that is no class."""
        check_labels(targets, scores.shape[1])
        loss = F.cross_entropy(scores, targets, self.weights, label_smoothing=self.smoothing)
        if self.weights is None:
            return loss
        # PyTorch divides by the weights' sum, by which a batch without rare classes counts too much
        return loss * self.weights[targets].mean()

    def probabilities(self, scores: torch.Tensor) -> torch.Tensor:
        """The probability of every class: (batch, classes), 1 in all for a row."""
        return torch.softmax(scores, -1)

    def decide(self, probabilities: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
        """The most probable class of each row: (rows,)."""
        return probabilities.argmax(1)
