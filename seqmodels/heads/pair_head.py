"""A class for each pair of sequences: by both sides' vectors, their difference and their product (Mou et al., 2016;
Conneau et al., "InferSent", 2017), or by the one vector of a pair that was read as one sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.heads.labels import check_labels
from seqmodels.layers.encoder import Encoder
from seqmodels.layers.pooling import POOLINGS
from textprep.settings import OneOf, Share, SizeOrNone


@dataclass(frozen=True)
class PairHeadSettings:
    """How a `PairHead` is built."""

    pooling: Annotated[str, OneOf(POOLINGS)] = "max"
    """How the states of a sequence become one vector: last, mean, max or attention."""
    hidden_size: SizeOrNone = 256
    """Units of a layer in front of the classes; 0 leaves it out."""
    output_dropout: Share = 0.3
    """Dropout on what that layer and the classes are given."""
    label_smoothing: Share = 0.0
    """Share of the target's probability that is spread evenly over all classes."""

    def build(self, encoder: Encoder, classes: int, sides: int) -> PairHead:
        """The head for an encoder that reads a pair as two sequences, one a side, or as one."""
        return PairHead(self, encoder, classes, sides)


class PairHead(nn.Module):
    """Gives each pair one of several classes.

    Args:
        settings: How it is built.
        encoder: Whose output it takes.
        classes: Number of classes.
        sides: Sequences that a pair is: 2, or 1 if it is read as one.
    """

    def __init__(self, settings: PairHeadSettings, encoder: Encoder, classes: int, sides: int) -> None:
        super().__init__()
        self.pooling = POOLINGS[settings.pooling](encoder.output_size, encoder.bidirectional)
        features, hidden = encoder.output_size * (4 if sides == 2 else 1), settings.hidden_size
        layers = [nn.Dropout(settings.output_dropout), nn.Linear(features, hidden), nn.ReLU()] if hidden else []
        self.layers = nn.Sequential(
            *layers, nn.Dropout(settings.output_dropout), nn.Linear(hidden or features, classes)
        )
        self.smoothing = settings.label_smoothing

    def forward(self, sides: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
        """The score of every class, (batch, classes).

        Args:
            sides: The encoder's output (batch, time, size) and its mask (batch, time), for each side.
        """
        vectors = [self.pooling(x, mask) for x, mask in sides]  # (batch, size) each
        scores: torch.Tensor = self.layers(vectors[0] if len(vectors) == 1 else compared(*vectors))
        return scores.float()

    def loss(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean cross-entropy of pairs in nats, for targets (batch,); InputError for one that is no class."""
        check_labels(targets, scores.shape[1])
        return F.cross_entropy(scores, targets, label_smoothing=self.smoothing)


def compared(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Two vectors, their difference without sign, and their product, feature by feature: (batch, 4 · size)."""
    return torch.cat([first, second, (first - second).abs(), first * second], 1)
