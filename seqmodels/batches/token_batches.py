"""Batches of sequences of similar length, re-coded to the distinct words that occur in each.

Rows of a corpus are ragged: `values[offsets[i]:offsets[i + 1]]` are the codes of row i into the corpus'
distinct words. Rows are shuffled, sorted by length within pools, and cut into batches, so that little is
padded while the company a row keeps still changes from epoch to epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.inputs.word_features import TypeTable
from textprep.errors import ConfigError, InputError

POOL = 64  # batches whose rows are sorted by length together


class TokenBatch(NamedTuple):
    """Some rows of a corpus as a model takes them; code 0 is padding.

    Attributes:
        types: Features of the words that `codes` index; row 0 is the padding word.
        codes: Which word each token is, int64, padded with 0.
        lengths: Tokens in each row, int64.
        rows: Where each row stands in the corpus, int64.
        tags: The tag of each token, int64, padded with 0; None where not given.
        labels: The class of each row, int64; None where not given.
    """

    types: TypeTable
    codes: torch.Tensor  # (batch, time)
    lengths: torch.Tensor  # (batch,)
    rows: torch.Tensor  # (batch,)
    tags: torch.Tensor | None = None  # (batch, time)
    labels: torch.Tensor | None = None  # (batch,)

    @property
    def mask(self) -> torch.Tensor:
        """True where there is a token: (batch, time)."""
        return torch.arange(self.codes.shape[1], device=self.codes.device) < self.lengths[:, None]

    def to(self, device: torch.device | str) -> TokenBatch:
        """The same batch on another device."""
        fields = (None if field is None else field.to(device) for field in self[1:])
        return TokenBatch(self.types.to(device), *fields)  # type: ignore[arg-type]


class Batches:
    """A corpus that can be walked through in batches, epoch after epoch.

    Args:
        types: Features of the corpus' V distinct words.
        values: Which of them each token is, int32 (N,).
        offsets: Where each row begins in `values`, int64 (rows + 1,).
        tags: Tag id of each token, (N,).
        labels: Class id of each row, (rows,).
        size: Rows in a batch.
        tokens: Padded tokens in a batch at most, in place of `size`; a longer row is a batch of its own.
        seed: Shuffles rows and batches, differently in each epoch; None leaves them sorted, longest first.
        max_length: Tokens beyond this many are cut off.
        device: Where the batches' tensors lie.
        shared_types: Whether every batch holds the whole table in place of its own words, so that a model can
            encode the corpus' words once and only gather (`encode_types`); meant for prediction.

    Raises:
        ConfigError: If `size`, `tokens` or `max_length` is below 1.
        InputError: If the arrays disagree in length or a value is not a row of `types`.
    """

    def __init__(
        self,
        types: TypeTable,
        values: NDArray[Any],
        offsets: NDArray[Any],
        *,
        tags: NDArray[Any] | None = None,
        labels: NDArray[Any] | None = None,
        size: int = 32,
        tokens: int | None = None,
        seed: int | None = None,
        max_length: int | None = None,
        device: torch.device | str = "cpu",
        shared_types: bool = False,
    ) -> None:
        for name, number in (("size", size), ("tokens", tokens), ("max_length", max_length)):
            if number is not None and number < 1:
                raise ConfigError(f"{name} must be at least 1, not {number}")
        _check_rows(types, values, offsets, tags, labels)
        self.types = types.with_padding().to(device)
        self.device = device
        self.values, self.offsets, self.tags, self.labels = values, offsets, tags, labels
        self.size, self.tokens, self.seed, self.shared_types = size, tokens, seed, shared_types
        self.lengths = np.minimum(np.diff(offsets), max_length or np.iinfo(np.int64).max)
        self._plain_len = len(self._plan(0))

    def __len__(self) -> int:
        """Batches in an epoch (with `tokens`, in the first one; later ones differ by a few)."""
        return self._plain_len

    def __iter__(self) -> Iterator[TokenBatch]:
        return self.epoch(0)

    def epoch(self, number: int) -> Iterator[TokenBatch]:
        """The batches of one epoch; the same number always gives the same batches, so a run can be resumed."""
        for rows in self._plan(number):
            yield self._batch(rows)

    def _plan(self, epoch: int) -> list[NDArray[np.int64]]:
        """Which rows go into which batch."""
        count = len(self.lengths)
        if self.seed is None:
            return self._cut(np.argsort(-self.lengths, kind="stable"))
        rng = np.random.default_rng((self.seed, epoch))
        order = rng.permutation(count)
        mean = max(1.0, float(self.lengths.mean())) if count else 1.0
        per_batch = self.size if self.tokens is None else max(1, int(self.tokens / mean))
        batches = []
        for start in range(0, count, per_batch * POOL):
            pool = order[start : start + per_batch * POOL]
            batches += self._cut(pool[np.argsort(-self.lengths[pool], kind="stable")])
        return [batches[i] for i in rng.permutation(len(batches))]

    def _cut(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Split rows, sorted from long to short, into batches: the first of a batch is its width."""
        batches, start = [], 0
        while start < len(rows):
            width = max(1, int(self.lengths[rows[start]]))
            count = self.size if self.tokens is None else max(1, self.tokens // width)
            batches.append(rows[start : start + count])
            start += count
        return batches

    def _batch(self, rows: NDArray[np.int64]) -> TokenBatch:
        lengths = self.lengths[rows]
        width = int(lengths.max(initial=0))
        mask = np.arange(width) < lengths[:, None]  # (batch, time)
        positions = (self.offsets[rows][:, None] + np.arange(width))[mask]  # (tokens,)
        codes = np.zeros(mask.shape, np.int64)
        if self.shared_types:
            types = self.types
            codes[mask] = self.values[positions] + 1
        else:
            distinct, inverse = np.unique(self.values[positions], return_inverse=True)
            types = self.types.select(self._tensor(np.append(0, distinct.astype(np.int64) + 1)))
            codes[mask] = inverse + 1
        tags = None
        if self.tags is not None:
            tags = np.zeros(mask.shape, np.int64)
            tags[mask] = self.tags[positions]
        return TokenBatch(
            types,
            self._tensor(codes),
            self._tensor(lengths),
            self._tensor(rows),
            None if tags is None else self._tensor(tags),
            None if self.labels is None else self._tensor(self.labels[rows]),
        )

    def _tensor(self, array: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(array.astype(np.int64, copy=False)).to(self.device)


def _check_rows(
    types: TypeTable,
    values: NDArray[Any],
    offsets: NDArray[Any],
    tags: NDArray[Any] | None,
    labels: NDArray[Any] | None,
) -> None:
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(values) or (np.diff(offsets) < 0).any():
        raise InputError(f"offsets must rise from 0 to the number of tokens, {len(values)}")
    if len(values) and not (values.min() >= 0 and values.max() < len(types.words)):
        raise InputError(f"codes must lie in 0..{len(types.words) - 1}, the rows of the type table")
    if tags is not None and len(tags) != len(values):
        raise InputError(f"{len(tags)} tags were given for {len(values)} tokens")
    if labels is not None and len(labels) != len(offsets) - 1:
        raise InputError(f"{len(labels)} labels were given for {len(offsets) - 1} rows")
