"""Batches of pairs of sequences: a text and its translation, a question and an answer, two sentences to compare."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.id_batches import IdBatch, IdBatches
from seqmodels.batches.plan import LengthBuckets, PlannedBatches
from seqmodels.inputs.word_features import PAD
from textprep.errors import InputError
from textprep.ids import Ids


class PairBatch(NamedTuple):
    """Some pairs of a corpus; both sides have the same `rows`.

    Attributes:
        first: One side.
        second: The other side.
        targets: What is to be predicted of each pair, int64, (batch,) or (batch, labels); None where not given.
    """

    first: IdBatch
    second: IdBatch
    targets: torch.Tensor | None = None

    @property
    def rows(self) -> torch.Tensor:
        """Where each pair stands in the corpus, int64: (batch,)."""
        return self.first.rows

    def to(self, device: torch.device | str) -> PairBatch:
        """The same batch on another device."""
        return PairBatch(*(None if field is None else field.to(device) for field in self))  # type: ignore[arg-type]


class PairBatches(PlannedBatches[PairBatch]):
    """A corpus of pairs that can be walked through in batches, epoch after epoch; pairs go together whose longer sides
    are of similar length.

    Args:
        first, second: The two sides, row by row.
        targets: What is to be predicted of each pair, whole numbers, (rows,) or (rows, labels).
        size, tokens, seed, short_first: Which rows go together, see `LengthBuckets`; `tokens` bounds each side by
            itself.
        max_length: Tokens of a side beyond this many are cut off.
        padding: The id that stands beyond a row's length.

    Raises:
        ConfigError: If `size`, `tokens` or `max_length` is below 1.
        InputError: If the sides or the targets disagree in length.
    """

    def __init__(
        self,
        first: Ids,
        second: Ids,
        *,
        targets: NDArray[Any] | None = None,
        size: int = 32,
        tokens: int | None = None,
        seed: int | None = None,
        short_first: int = 0,
        max_length: int | None = None,
        padding: int = PAD,
    ) -> None:
        if len(first) != len(second):
            raise InputError(f"{len(first)} rows on one side and {len(second)} on the other are no pairs")
        self.first = IdBatches(first, max_length=max_length, padding=padding)
        self.second = IdBatches(second, targets=targets, max_length=max_length, padding=padding)
        longer = np.maximum(self.first.lengths, self.second.lengths)  # (rows,)
        super().__init__(LengthBuckets(longer, size=size, tokens=tokens, seed=seed, short_first=short_first))

    @property
    def token_count(self) -> int:
        """How many tokens both sides have together."""
        return int(self.first.lengths.sum() + self.second.lengths.sum())

    def lay_out(self, rows: NDArray[np.int64]) -> PairBatch:
        """The batch of some pairs."""
        first, second = self.first.lay_out(rows), self.second.lay_out(rows)
        return PairBatch(first, second._replace(targets=None), second.targets)
