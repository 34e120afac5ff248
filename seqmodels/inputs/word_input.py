"""The vector of a word: its row of the word matrix, what its characters say, and its shape, side by side.

Computed once for each distinct word of a batch (or of a whole corpus) and gathered for its tokens. What a token has
from its context is no function of the word: it comes with the batch and stands behind the word's vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.inputs.characters import CHARACTER_ENCODERS
from seqmodels.inputs.noise import NormalNoise
from seqmodels.inputs.split_embedding import SplitEmbedding
from seqmodels.inputs.word_features import PAD, SHAPES, UNK, FeatureTable
from seqmodels.layers.dropout import LockedDropout
from textprep.errors import InputError
from textprep.settings import Features, OneOf, Share, SizeOrNone, Within, checked


@dataclass(frozen=True)
class InputSettings:
    """How a `WordInput` is built."""

    char_encoder: Annotated[str, OneOf(CHARACTER_ENCODERS)] = "none"
    """What makes word vectors from characters: cnn, bilstm or none."""
    char_size: Features = 30
    """Features of one character."""
    char_output: Features = 50
    """Features that the character encoder gives a word."""
    char_width: Features = 3
    """Characters under one filter of the character CNN, an odd number."""
    shape_size: Annotated[int, Within(0, 1_000_000)] = 0
    """Features for a word's capitalisation and digits; 0 leaves them out."""
    word_dropout: Share = 0.0
    """Share of the distinct words of a training batch that are seen as unknown (their characters stay)."""
    char_dropout: Share = 0.0
    """Dropout on the character vectors."""
    input_dropout: Share = 0.3
    """Dropout on the vectors of the tokens."""
    locked_dropout: bool = True
    """Whether dropout on the tokens' vectors drops the same features of all tokens of a sequence."""
    noise: Annotated[float, Within(0)] = 0.0
    """Standard deviation of normal noise on the tokens' vectors in training."""


@dataclass(frozen=True)
class InputSizes:
    """What a model must know of its vocabulary to be built, besides its settings.

    Raises:
        ConfigError: One of them is no whole number, or too small or large.
    """

    words: Annotated[int, Within(2)]
    """Rows of the word matrix, with padding (0) and unknown (1)."""
    word_size: Features
    """Features of one word in the matrix."""
    trained_words: SizeOrNone = 0
    """The first so many rows are trained; the rest stay as they were given."""
    chars: Annotated[int, Within(2)] = 2
    """Size of the alphabet, with padding (0) and unknown (1)."""
    ngrams: SizeOrNone = 0
    """Words and word pairs that a linear model beside the network knows."""
    states: SizeOrNone = 0
    """Features that each token has from its context, such as a language model's states; 0 for none."""

    def __post_init__(self) -> None:
        checked(self)


class WordInput(nn.Module):
    """Word vector ++ character vector ++ shape vector of each distinct word, and of the tokens by a gather.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
    """

    def __init__(self, settings: InputSettings, sizes: InputSizes) -> None:
        super().__init__()
        self.words = SplitEmbedding(sizes.words, sizes.word_size, sizes.trained_words)
        self.chars = CHARACTER_ENCODERS[settings.char_encoder](
            sizes.chars,
            settings.char_size,
            settings.char_output,
            width=settings.char_width,
            dropout=settings.char_dropout,
        )
        shape_size = settings.shape_size
        self.shapes = nn.Embedding(len(SHAPES), shape_size, padding_idx=PAD) if shape_size else None
        self.dropout = (LockedDropout if settings.locked_dropout else nn.Dropout)(settings.input_dropout)
        self.word_dropout, self.noise = settings.word_dropout, NormalNoise(settings.noise)
        self.word_output = sizes.word_size + self.chars.output_size + shape_size
        self.states = sizes.states
        self.output_size = self.word_output + sizes.states

    def forward(self, features: FeatureTable) -> torch.Tensor:
        """The vectors of V distinct words: (V, word_output)."""
        words = features.words
        if self.training and self.word_dropout > 0:
            hidden = torch.rand(words.shape, device=words.device) < self.word_dropout
            words = words.masked_fill(hidden & (words != PAD), UNK)
        parts = [self.words(words), self.chars(features.chars)]  # (V, word_size), (V, char_output)
        if self.shapes is not None:
            parts.append(self.shapes(features.shapes))  # (V, shape_size)
        return torch.cat(parts, -1)  # (V, word_output)

    def in_chunks(self, features: FeatureTable, chunk: int = 4096) -> torch.Tensor:
        """The same for a whole corpus' distinct words, `chunk` at a time to bound memory: (V, word_output)."""
        chars = (features.chars != PAD).sum(1)
        order = torch.argsort(chars)  # words of one length together, so that short ones are not padded to the longest
        parts = [self(features.select(rows)) for rows in torch.split(order, chunk)]
        vectors = torch.empty(len(order), self.word_output, dtype=parts[0].dtype, device=parts[0].device)
        vectors[order] = torch.cat(parts)
        return vectors

    def gather(self, vectors: torch.Tensor, codes: torch.Tensor, states: torch.Tensor | None = None) -> torch.Tensor:
        """The vectors of tokens, with dropout: (batch, time, output_size).

        Args:
            vectors: Of the words, (V, word_output).
            codes: Which of them each token is, (batch, time).
            states: What each token has from its context, (batch, time, states).

        Raises:
            InputError: There are no states where the model wants some, or others.
        """
        if (given := 0 if states is None else states.shape[-1]) != self.states:
            problem = f"the tokens have {given} features from their context, the model wants {self.states}"
            raise InputError(problem, remedy="give Batches the states that the model was trained with")
        x = F.embedding(codes, vectors)
        x = x if states is None else torch.cat([x, states.to(x.dtype)], -1)
        dropped: torch.Tensor = self.dropout(self.noise(x))  # (batch, time, output)
        return dropped
