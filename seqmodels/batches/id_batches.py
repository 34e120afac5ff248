"""Batches of ids as they are, padded: for models that look ids up themselves, such as those over subwords."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.plan import LengthBuckets, PlannedBatches, check_at_least_one
from seqmodels.batches.ragged import check_offsets, int64_tensor, places, row_lengths
from seqmodels.batches.targets import Targets
from seqmodels.inputs.word_features import PAD
from seqmodels.layers.mask import token_mask
from textprep.ids import Ids


class IdBatch(NamedTuple):
    """Some rows of a corpus.

    Attributes:
        ids: The id of each token, int64, padded.
        lengths: Tokens in each row, int64.
        rows: Where each row stands in the corpus, int64.
        targets: What is to be predicted, int64: of each token, (batch, time), padded with 0; or of each row, (batch,)
            or (batch, labels); None where not given.
    """

    ids: torch.Tensor  # (batch, time)
    lengths: torch.Tensor  # (batch,)
    rows: torch.Tensor  # (batch,)
    targets: torch.Tensor | None = None

    @property
    def mask(self) -> torch.Tensor:
        """True where there is a token: (batch, time)."""
        return token_mask(self.lengths, self.ids.shape[1])

    def to(self, device: torch.device | str) -> IdBatch:
        """The same batch on another device."""
        return IdBatch(*(None if field is None else field.to(device) for field in self))  # type: ignore[arg-type]


class IdBatches(PlannedBatches[IdBatch]):
    """A corpus of ids that can be walked through in batches, epoch after epoch.

    Args:
        ids: The rows.
        targets: What is to be predicted, whole numbers: of each row (rows,), with several labels a row (rows, labels)
            of 0 and 1, or with `per_token` of each token (N,).
        per_token: Whether the targets belong to tokens.
        size, tokens, seed, short_first: Which rows go together, see `LengthBuckets`.
        max_length: Tokens beyond this many are cut off.
        padding: The id that stands beyond a row's length.

    Raises:
        ConfigError: If `size`, `tokens` or `max_length` is below 1.
        InputError: If the arrays disagree in length.
    """

    def __init__(
        self,
        ids: Ids,
        *,
        targets: NDArray[Any] | None = None,
        per_token: bool = False,
        size: int = 32,
        tokens: int | None = None,
        seed: int | None = None,
        short_first: int = 0,
        max_length: int | None = None,
        padding: int = PAD,
    ) -> None:
        check_at_least_one(max_length=max_length)
        check_offsets(ids.offsets, len(ids.values))
        self.lengths = row_lengths(ids.offsets, max_length)
        super().__init__(LengthBuckets(self.lengths, size=size, tokens=tokens, seed=seed, short_first=short_first))
        self.ids, self.padding = ids, padding
        self.targets = None
        if targets is not None:
            self.targets = Targets(targets, per_token=per_token, tokens=len(ids.values), rows=len(ids))

    @property
    def token_count(self) -> int:
        """How many tokens the rows have."""
        return int(self.lengths.sum())

    def lay_out(self, rows: NDArray[np.int64]) -> IdBatch:
        """The batch of some rows."""
        lengths = self.lengths[rows]
        where = places(self.ids.offsets, rows, lengths)
        return IdBatch(
            int64_tensor(where.padded(self.ids.values, self.padding)),
            int64_tensor(lengths),
            int64_tensor(rows),
            None if self.targets is None else int64_tensor(self.targets.of(rows, where)),
        )
