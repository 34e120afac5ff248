"""The vector of a word: its row of the word matrix, what its characters say, and its shape, side by side.

Computed once for each distinct word of a batch (or of a whole corpus) and gathered for its tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from seqmodels.inputs.characters import make_char_encoder
from seqmodels.inputs.word_features import PAD, SHAPES, UNK, TypeTable
from textprep.errors import ConfigError, InputError


@dataclass(frozen=True)
class InputSizes:
    """What a model must know of its vocabulary to be built, besides its settings."""

    words: int
    """Rows of the word matrix, with padding (0) and unknown (1)."""
    word_size: int
    """Features of one word in the matrix."""
    trained_words: int = 0
    """The first so many rows are trained; the rest stay as they were given."""
    chars: int = 2
    """Size of the alphabet, with padding (0) and unknown (1)."""


class WordVectors(nn.Module):
    """A word matrix of which the first rows are trained and the rest stay fixed.

    Rows for words that training never shows would have no gradient but would cost as much as the others at
    each step of the optimiser; keeping them apart makes a matrix of 400,000 rows as cheap as one of the
    training words.
    """

    frozen: torch.Tensor

    def __init__(self, words: int, size: int, trained: int) -> None:
        super().__init__()
        if not 0 <= trained <= words:
            raise ConfigError(f"trained_words must lie in 0..{words}, the rows of the matrix, not {trained}")
        bound = (3 / size) ** 0.5
        self.trained = nn.Parameter(torch.empty(trained, size).uniform_(-bound, bound))
        self.register_buffer("frozen", torch.empty(words - trained, size).uniform_(-bound, bound))
        self.words, self.size = words, size
        with torch.no_grad():
            (self.trained if trained else self.frozen)[:1] = 0.0  # padding

    def fill(self, matrix: NDArray[Any]) -> None:
        """Copy `matrix` (words, size) in; InputError if it has another shape."""
        if matrix.shape != (self.words, self.size):
            wanted = (self.words, self.size)
            raise InputError(f"the word matrix has shape {matrix.shape}, the model wants {wanted}")
        with torch.no_grad():
            rows = torch.from_numpy(np.array(matrix, np.float32))  # a copy: the given one may be memory-mapped
            self.trained.copy_(rows[: len(self.trained)])
            self.frozen.copy_(rows[len(self.trained) :])

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """The rows of `words` (V,): (V, size)."""
        count = len(self.trained)
        if count == 0:
            return F.embedding(words, self.frozen)
        if count == self.words:
            return F.embedding(words, self.trained)
        trained = F.embedding(words.clamp(max=count - 1), self.trained)
        frozen = F.embedding((words - count).clamp(min=0), self.frozen)
        return torch.where((words < count).unsqueeze(-1), trained, frozen)


class WordCharInput(nn.Module):
    """Word vector ++ character vector ++ shape vector of each distinct word.

    Args:
        sizes: Of the vocabulary.
        char_encoder: "cnn", "bilstm" or "none".
        char_size: Features of one character.
        char_output: Features that the character encoder gives a word.
        char_width: Characters under one filter of the CNN.
        shape_size: Features for the word's shape; 0 leaves shapes out.
        word_dropout: Share of the distinct words that a training batch sees as unknown (their characters
            stay).
        char_dropout: Dropout on character vectors.
    """

    def __init__(
        self,
        sizes: InputSizes,
        *,
        char_encoder: str = "cnn",
        char_size: int = 30,
        char_output: int = 50,
        char_width: int = 3,
        shape_size: int = 0,
        word_dropout: float = 0.0,
        char_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.words = WordVectors(sizes.words, sizes.word_size, sizes.trained_words)
        self.chars = make_char_encoder(
            char_encoder, sizes.chars, char_size, char_output, width=char_width, dropout=char_dropout
        )
        self.shapes = nn.Embedding(len(SHAPES), shape_size, padding_idx=PAD) if shape_size else None
        self.word_dropout = word_dropout
        self.output_size = sizes.word_size + (char_output if self.chars else 0) + shape_size

    def forward(self, types: TypeTable) -> torch.Tensor:
        """The vectors of V distinct words: (V, output_size)."""
        words = types.words
        if self.training and self.word_dropout > 0:
            hidden = torch.rand(words.shape, device=words.device) < self.word_dropout
            words = words.masked_fill(hidden & (words != PAD), UNK)
        parts = [self.words(words)]  # (V, word_size)
        if self.chars is not None:
            parts.append(self.chars(types.chars))  # (V, char_output)
        if self.shapes is not None:
            parts.append(self.shapes(types.shapes))  # (V, shape_size)
        return torch.cat(parts, -1)  # (V, output)


def encode_types(encoder: WordCharInput, types: TypeTable, chunk: int = 4096) -> torch.Tensor:
    """The vectors of a whole corpus' distinct words, `chunk` at a time to bound memory: (V, output_size)."""
    chars = (types.chars != PAD).sum(1)
    order = torch.argsort(chars)  # words of one length together, so that short ones are not padded to the longest
    parts = [encoder(types.select(rows)) for rows in torch.split(order, chunk)]
    vectors = torch.empty(len(order), encoder.output_size, dtype=parts[0].dtype, device=parts[0].device)
    vectors[order] = torch.cat(parts)
    return vectors
