"""A word matrix in two parts: what training changes, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from seqmodels.inputs.word_features import PAD
from textprep.errors import ConfigError, InputError


class SplitEmbedding(nn.Module):
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
            (self.trained if trained else self.frozen)[PAD : PAD + 1] = 0.0

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
