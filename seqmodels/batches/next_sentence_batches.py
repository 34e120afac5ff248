"""Batches of pairs for telling whether the second part follows the first (Devlin et al., "BERT", 2019)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.id_batches import IdBatches
from seqmodels.batches.joined_pairs import join_pairs
from seqmodels.batches.pair_batches import PairBatch
from seqmodels.batches.plan import LengthBuckets
from seqmodels.batches.ragged import check_offsets, int64_tensor
from seqmodels.inputs.word_features import PAD
from textprep.errors import InputError
from textprep.ids import Ids

FOLLOWS, RANDOM = 0, 1  # what a pair may be, in BERT's order


class NextSentenceBatch(NamedTuple):
    """Some pairs of pieces, each as one sequence: begin, first, separator, second, separator.

    Attributes:
        ids: The id of each token, int64, padded.
        lengths: Tokens of each sequence, int64.
        rows: Where each pair's first piece stands in the corpus, int64.
        segments: 0 up to the first separator, 1 from there to the second, int64, padded with 0.
        follows: Whether the second piece follows the first, `FOLLOWS`, or is any other, `RANDOM`, int64.
        targets: The hidden ids, int64, see `MaskedBatches`; None where nothing is hidden.
    """

    ids: torch.Tensor  # (batch, time)
    lengths: torch.Tensor  # (batch,)
    rows: torch.Tensor  # (batch,)
    segments: torch.Tensor  # (batch, time)
    follows: torch.Tensor  # (batch,)
    targets: torch.Tensor | None = None  # (batch, time)

    def to(self, device: torch.device | str) -> NextSentenceBatch:
        """The same batch on another device."""
        return NextSentenceBatch(*(None if field is None else field.to(device) for field in self))  # type: ignore[arg-type]


class NextSentenceBatches:
    """Documents in pieces, walked through in pairs, epoch after epoch.

    Each piece is the first of one pair in an epoch. Half of the pairs have the piece that follows as their second, the
    others any piece of another document; where fewer than half of the pieces are followed by one, these all have it.
    Which have which is drawn anew for each epoch.

    Args:
        pieces: The pieces, document by document, see `cut_documents`.
        documents: Where each document begins among the pieces, (documents + 1,).
        begin: The id in front of a pair.
        separator: The id behind each of its pieces.
        size: Pairs in a batch.
        seed: Of the pairs and the order; the batches of an epoch depend on its number and the seed only.
        padding: The id that stands beyond a pair.

    Raises:
        ConfigError: If `size` is below 1.
        InputError: There are not two documents, or none has two pieces; or the offsets do not fit.
    """

    def __init__(
        self,
        pieces: Ids,
        documents: NDArray[np.int64],
        *,
        begin: int,
        separator: int,
        size: int = 32,
        seed: int = 0,
        padding: int = PAD,
    ) -> None:
        check_offsets(documents, len(pieces), "documents")
        self.pieces, self.begin, self.separator = IdBatches(pieces, padding=padding), begin, separator
        self.size, self.seed, self.padding = size, seed, padding
        counts = np.diff(documents)
        self._first, self._count = (np.repeat(each, counts) for each in (documents[:-1], counts))  # (pieces,) each
        self._followed = np.flatnonzero(np.arange(len(pieces)) + 1 < self._first + self._count)
        if len(self._followed) == 0 or np.count_nonzero(counts) < 2:
            raise InputError(
                "whether one piece follows another cannot be learned from less than two documents, one of them with "
                "two sentences",
                remedy="give more documents, or learn without next sentences",
            )
        self._batches = len(self._plan(self._pairs(0)[0]))

    def __len__(self) -> int:
        """Batches in an epoch."""
        return self._batches

    def __iter__(self) -> Iterator[NextSentenceBatch]:
        return self.epoch(0)

    @property
    def token_count(self) -> int:
        """How many tokens the pieces have."""
        return self.pieces.token_count

    def epoch(self, number: int) -> Iterator[NextSentenceBatch]:
        """The batches of one epoch; the same number always gives the same batches."""
        second, follows = self._pairs(number)
        for first in self._plan(second).epoch(number):
            pair = PairBatch(self.pieces.lay_out(first), self.pieces.lay_out(second[first]))
            joined = join_pairs(pair, self.separator, self.begin, self.padding)
            yield NextSentenceBatch(
                joined.ids, joined.lengths, pair.rows, joined.segments, int64_tensor(follows[first])
            )

    def _pairs(self, epoch: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The second piece of each pair, and whether it follows the first: (pieces,) each."""
        count = len(self._first)
        rng = np.random.default_rng((self.seed, epoch))
        others = rng.integers(0, count - self._count)  # counted without the pieces of the own document
        second = np.where(others < self._first, others, others + self._count)
        followed = rng.permutation(self._followed)[: count // 2]
        second[followed] = followed + 1
        follows = np.full(count, RANDOM)
        follows[followed] = FOLLOWS
        return second, follows

    def _plan(self, second: NDArray[np.int64]) -> LengthBuckets:
        """Which pairs go together: those of similar length."""
        return LengthBuckets(self.pieces.lengths + self.pieces.lengths[second], size=self.size, seed=self.seed)
