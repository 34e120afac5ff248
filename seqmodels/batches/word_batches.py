"""Batches of words, re-coded to the distinct words that occur in each, so that a model encodes each word once."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.plan import LengthBuckets, PlannedBatches, check_at_least_one
from seqmodels.batches.ragged import Places, check_offsets, int64_tensor, places, row_lengths
from seqmodels.batches.targets import Targets
from seqmodels.inputs.word_features import FeatureTable
from seqmodels.layers.mask import token_mask
from textprep.errors import InputError


class WordBatch(NamedTuple):
    """Some rows of a corpus as a model takes them; code 0 is padding.

    Attributes:
        features: Of the V words that `codes` index; row 0 is the padding word.
        codes: Which word each token is, int64, padded with 0.
        lengths: Tokens in each row, int64.
        rows: Where each row stands in the corpus, int64.
        targets: What is to be predicted, int64: of each token, (batch, time), padded with 0; or of each row, (batch,)
            or (batch, labels); None where not given.
        sentences: 1 where a sentence begins, else 0, int64; None where not given.
        states: What each token has from its context, float32, 0 in the padding; None where not given.
    """

    features: FeatureTable
    codes: torch.Tensor  # (batch, time)
    lengths: torch.Tensor  # (batch,)
    rows: torch.Tensor  # (batch,)
    targets: torch.Tensor | None = None
    sentences: torch.Tensor | None = None  # (batch, time)
    states: torch.Tensor | None = None  # (batch, time, size)

    @property
    def mask(self) -> torch.Tensor:
        """True where there is a token: (batch, time)."""
        return token_mask(self.lengths, self.codes.shape[1])

    def to(self, device: torch.device | str) -> WordBatch:
        """The same batch on another device."""
        fields = (None if field is None else field.to(device) for field in self[1:])
        return WordBatch(self.features.to(device), *fields)  # type: ignore[arg-type]


class Batches(PlannedBatches[WordBatch]):
    """A corpus of words that can be walked through in batches, epoch after epoch.

    Args:
        features: Of the corpus' V distinct words.
        codes: Which of them each token is, int32 (N,).
        offsets: Where each row begins in `codes`, int64 (rows + 1,).
        targets: What is to be predicted, whole numbers: of each row (rows,), with several labels a row (rows, labels)
            of 0 and 1, or with `per_token` of each token (N,).
        per_token: Whether the targets belong to tokens.
        sentences: Where each sentence begins in `codes`, int64 (sentences + 1,), as `Tokens` have it.
        states: What each token has from its context, such as `token_states`, float32 (N, size).
        size: Rows in a batch.
        tokens: Padded tokens in a batch at most, in place of `size`; a longer row is a batch of its own.
        seed: Shuffles rows and batches, differently in each epoch; None leaves them sorted, longest first.
        short_first: Epochs, from the first on, in which batches of short rows come before those of long ones.
        max_length: Tokens beyond this many are cut off.
        device: Where the batches' tensors lie.
        shared_words: Whether every batch holds the features of all the corpus' words in place of its own, so that a
            model can encode them once and only gather; meant for prediction.

    Raises:
        ConfigError: If `size`, `tokens` or `max_length` is below 1.
        InputError: If the arrays disagree in length or a code is not a row of `features`.
    """

    def __init__(
        self,
        features: FeatureTable,
        codes: NDArray[Any],
        offsets: NDArray[Any],
        *,
        targets: NDArray[Any] | None = None,
        per_token: bool = False,
        sentences: NDArray[Any] | None = None,
        states: NDArray[np.float32] | None = None,
        size: int = 32,
        tokens: int | None = None,
        seed: int | None = None,
        short_first: int = 0,
        max_length: int | None = None,
        device: torch.device | str = "cpu",
        shared_words: bool = False,
    ) -> None:
        check_at_least_one(max_length=max_length)
        check_offsets(offsets, len(codes))
        if len(codes) and not (codes.min() >= 0 and codes.max() < len(features.words)):
            raise InputError(f"codes must lie in 0..{len(features.words) - 1}, the rows of the feature table")
        self.lengths = row_lengths(offsets, max_length)
        super().__init__(LengthBuckets(self.lengths, size=size, tokens=tokens, seed=seed, short_first=short_first))
        self.features = features.with_padding().to(device)
        self.codes, self.offsets, self.device, self.shared_words = codes, offsets, device, shared_words
        self.targets = None
        if targets is not None:
            self.targets = Targets(targets, per_token=per_token, tokens=len(codes), rows=len(self.lengths))
        if states is not None and len(states) != len(codes):
            raise InputError(f"there are states of {len(states)} tokens, where there are {len(codes)} tokens")
        self.states = states
        self.sentences = None
        if sentences is not None:
            check_offsets(sentences, len(codes), "sentences")
            self.sentences = np.zeros(len(codes) + 1, bool)  # also where the last one ends
            self.sentences[sentences] = True

    def to(self, device: torch.device | str) -> Batches:
        """The same corpus with its batches on another device."""
        moved = copy.copy(self)
        moved.features, moved.device = self.features.to(device), device
        return moved

    @property
    def token_count(self) -> int:
        """How many tokens the corpus has."""
        return int(self.lengths.sum())

    def words(self) -> torch.Tensor:
        """The row of the word matrix of each token that is not cut off, in the order of the corpus: (tokens,)."""
        where = places(self.offsets, np.arange(len(self.lengths)), self.lengths)
        return self.features.words[self._tensor(self.codes[where.positions]) + 1]

    def lay_out(self, rows: NDArray[np.int64]) -> WordBatch:
        """The batch of some rows."""
        lengths = self.lengths[rows]
        where = places(self.offsets, rows, lengths)
        features, codes = self.features, self.codes[where.positions]  # (tokens,)
        if not self.shared_words:
            distinct, codes = np.unique(codes, return_inverse=True)
            features = features.select(self._tensor(np.append(0, distinct.astype(np.int64) + 1)))
        return WordBatch(
            features,
            self._tensor(where.filled(codes.astype(np.int64) + 1)),
            self._tensor(lengths),
            self._tensor(rows),
            None if self.targets is None else self._tensor(self.targets.of(rows, where)),
            None if self.sentences is None else self._tensor(where.padded(self.sentences)),
            None if self.states is None else self._laid_out(self.states, where),
        )

    def _laid_out(self, states: NDArray[np.float32], where: Places) -> torch.Tensor:
        """The states of a batch's tokens: (batch, time, size)."""
        padded = np.zeros((*where.mask.shape, states.shape[1]), np.float32)
        padded[where.mask] = states[where.positions]
        return torch.from_numpy(padded).to(self.device)

    def _tensor(self, array: NDArray[Any]) -> torch.Tensor:
        return int64_tensor(array, self.device)
