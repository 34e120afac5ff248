"""The hidden words of a text, as BERT guesses them (Devlin et al., 2019): a dense layer, its activation and norm, and a
softmax tied to the words' vectors, with a bias of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.heads.full_softmax import FullSoftmax
from seqmodels.heads.labels import counted_targets
from seqmodels.heads.linear_cross_entropy import row_blocks
from seqmodels.layers.feed_forward import ACTIVATIONS
from textprep.settings import Share


@dataclass(frozen=True)
class MaskedLanguageHeadSettings:
    """How a `MaskedLanguageHead` is built."""

    activation: Literal["gelu", "gelu_tanh", "relu"] = "gelu"
    """Activation behind the dense layer."""
    norm_epsilon: Share = 1e-12
    """What the norm behind it adds to the variance before it divides by its root."""
    label_smoothing: Share = 0.0
    """Share of the target's probability that is spread evenly over all words, in training."""

    def build(self, size: int, table: nn.Parameter) -> MaskedLanguageHead:
        """The head for an encoder's output of `size` features; `table` (words, table size) are the words' vectors."""
        return MaskedLanguageHead(self, size, table)


class MaskedLanguageHead(nn.Module):
    """Says how likely each word is to have stood at a step, by what an encoder of both sides says of it.

    Only steps whose target counts are looked at in training: some 15 in 100.

    Args:
        settings: How it is built.
        size: Features of each step.
        table: The words' vectors of the input, (words, table size).
    """

    def __init__(self, settings: MaskedLanguageHeadSettings, size: int, table: nn.Parameter) -> None:
        super().__init__()
        self.dense = nn.Linear(size, table.shape[1])
        self.activation = ACTIVATIONS[settings.activation].function
        self.norm = nn.LayerNorm(table.shape[1], eps=settings.norm_epsilon)
        self.softmax = FullSoftmax(table, smoothing=settings.label_smoothing)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The score of every word, (..., words), for an encoder's output (..., size)."""
        scores: torch.Tensor = self.softmax(self._transformed(x))
        return scores

    def loss(self, x: torch.Tensor, targets: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The mean over targets of -log p, in nats, in training with smoothed labels; 0 if there are none.

        Args:
            x: An encoder's output, (batch, time, size).
            targets: The hidden words, (batch, time); those that are `IGNORED` or beyond `lengths` do not count.
            lengths: Steps of each row, (batch,).

        Raises:
            InputError: If a target is none of the words.
        """
        counted = counted_targets(targets, lengths, len(self.softmax.table))  # (batch, time)
        vectors, wanted = self._transformed(x[counted]), targets[counted]
        total = self.softmax.total_loss(vectors, wanted) if self.training else self.softmax.nats(vectors, wanted).sum()
        return total / max(1, len(wanted))

    def judged(
        self, x: torch.Tensor, targets: torch.Tensor, lengths: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """-log p of each target that counts, see `loss`, in nats, and whether no word is likelier, row by row:
        (targets,) each.
        """
        counted = counted_targets(targets, lengths, len(self.softmax.table))  # (batch, time)
        vectors, wanted = self._transformed(x[counted]), targets[counted]
        nats, right = [x.new_zeros(0)], [counted.new_zeros(0)]
        for block in row_blocks(len(wanted), len(self.softmax.table)):
            scores = self.softmax(vectors[block])  # (targets of the block, words)
            nats.append(F.cross_entropy(scores, wanted[block], reduction="none"))
            right.append(scores.argmax(1) == wanted[block])
        return torch.cat(nats), torch.cat(right)

    def _transformed(self, x: torch.Tensor) -> torch.Tensor:
        """(..., size) → (..., table size)."""
        transformed: torch.Tensor = self.norm(self.activation(self.dense(x)))
        return transformed
