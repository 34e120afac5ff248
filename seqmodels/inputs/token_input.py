"""The vector of a token by its id, for models that look ids up themselves: over words, subwords or characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.inputs.noise import NormalNoise, RandomTokens
from seqmodels.layers.dropout import LockedDropout
from textprep.errors import InputError
from textprep.settings import Features, Share, SizeOrNone, Within, checked


@dataclass(frozen=True)
class TokenInputSettings:
    """How a `TokenInput` is built."""

    size: Features = 128
    """Features of a token."""
    deviation: Annotated[float, Within(0)] = 0.05
    """Standard deviation of the first vectors' numbers."""
    scaled: bool = False
    """Whether vectors are multiplied by the square root of their size (Vaswani et al., 2017, 3.4): sinusoidal positions
    would drown those that are small because the output is tied to them."""
    dropout: Share = 0.1
    """Dropout on the tokens' vectors."""
    locked_dropout: bool = False
    """Whether dropout drops the same features of all tokens of a sequence."""
    token_dropout: Share = 0.0
    """Share of the tokens whose whole vector is left out in training."""
    random_tokens: Share = 0.0
    """Share of the tokens in place of which any other is read in training."""
    noise: Annotated[float, Within(0)] = 0.0
    """Standard deviation of normal noise on the tokens' vectors in training."""


@dataclass(frozen=True)
class TokenSizes:
    """What a model over ids must know of its vocabulary to be built, besides its settings.

    Raises:
        ConfigError: One of them is no whole number, or too small or large.
    """

    words: Annotated[int, Within(1)]
    """Ids there are: 0..words - 1."""
    segments: SizeOrNone = 0
    """Kinds of segment that a sequence may be made of, such as two sentences; 0 if tokens know of none."""

    def __post_init__(self) -> None:
        checked(self)


class TokenInput(nn.Module):
    """The vector of each token's id, and of its segment, added.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
    """

    def __init__(self, settings: TokenInputSettings, sizes: TokenSizes) -> None:
        super().__init__()
        self.words = nn.Embedding(sizes.words, settings.size)
        self.segments = nn.Embedding(sizes.segments, settings.size) if sizes.segments else None
        self.random_tokens, self.noise = RandomTokens(settings.random_tokens, sizes.words), NormalNoise(settings.noise)
        self.token_dropout = nn.Dropout1d(settings.token_dropout)
        self.dropout = (LockedDropout if settings.locked_dropout else nn.Dropout)(settings.dropout)
        self.output_size = settings.size
        self.scale = settings.size**0.5 if settings.scaled else 1.0
        for table in (self.words, self.segments):
            if table is not None:
                nn.init.normal_(table.weight, std=settings.deviation)

    @property
    def table(self) -> nn.Parameter:
        """The words' vectors, (words, size), to be tied to those of an output."""
        table = self.words.weight
        assert isinstance(table, nn.Parameter)
        return table

    def forward(self, ids: torch.Tensor, segments: torch.Tensor | None = None) -> torch.Tensor:
        """The vectors of ids (batch, time), each in a segment (batch, time), 0 if not given: (batch, time, size).

        Raises:
            InputError: There is no such id or segment.
        """
        x = _looked_up(self.words, self.random_tokens(ids), "id")
        if self.segments is not None:
            x = x + _looked_up(self.segments, torch.zeros_like(ids) if segments is None else segments, "segment")
        x = self.noise(x * self.scale if self.scale != 1 else x)
        dropped: torch.Tensor = self.dropout(self.token_dropout(x))
        return dropped


def _looked_up(table: nn.Embedding, numbers: torch.Tensor, kind: str) -> torch.Tensor:
    try:
        return F.embedding(numbers, table.weight)
    except IndexError:  # on the processor; other devices stop with an error of their own
        known = table.num_embeddings
        wrong = numbers[(numbers < 0) | (numbers >= known)][0].item()
        problem = f"there is the {kind} {wrong}, and the model knows 0..{known - 1}"
        raise InputError(problem, remedy="use the vocabulary that the model was trained with") from None
