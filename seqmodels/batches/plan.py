"""Which rows of a corpus go into a batch together.

Rows are shuffled, sorted by length within pools, and cut into batches, so that little is padded while the company a
row keeps still changes from epoch to epoch. Short rows may come first (curriculum learning: Bengio et al., 2009).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from textprep.errors import ConfigError

POOL = 64  # batches whose rows are sorted by length together

B = TypeVar("B")


class LengthBuckets:
    """Batches of rows of similar length; those of an epoch depend on its number and the seed only.

    Args:
        lengths: Tokens of each row, (rows,).
        size: Rows in a batch.
        tokens: Padded tokens in a batch at most, in place of `size`; a longer row is a batch of its own.
        seed: Shuffles rows and batches, differently in each epoch; None leaves them sorted, longest first.
        short_first: Epochs, from the first on, in which batches of short rows come before those of long ones.
        count: Rows of an epoch, drawn anew for each one; None takes all.

    Raises:
        ConfigError: If `size`, `tokens` or `count` is below 1, or `short_first` below 0; if one of the last two is
            given without a seed, or there are fewer rows than `count`.
    """

    def __init__(
        self,
        lengths: NDArray[Any],
        *,
        size: int = 32,
        tokens: int | None = None,
        seed: int | None = None,
        short_first: int = 0,
        count: int | None = None,
    ) -> None:
        check_at_least_one(size=size, tokens=tokens, count=count)
        if short_first < 0:
            raise ConfigError(f"short_first must be 0 or more, not {short_first}")
        if seed is None and (short_first or count is not None):
            raise ConfigError("short_first and count are of epochs that differ; give a seed")
        if count is not None and count > len(lengths):
            raise ConfigError(f"{count:,} rows cannot be drawn out of {len(lengths):,}; lower count, or leave it out")
        self.lengths, self.size, self.tokens, self.seed = lengths, size, tokens, seed
        self.short_first, self.rows = short_first, len(lengths) if count is None else count
        self._count = len(self.epoch(0))

    def __len__(self) -> int:
        """Batches in an epoch (with `tokens`, in the first one; later ones differ by a few)."""
        return self._count

    def epoch(self, number: int) -> list[NDArray[np.int64]]:
        """The rows of each batch of an epoch; every row, or every one that is drawn, is in one of them."""
        count = self.rows
        if self.seed is None:
            return self._cut(np.argsort(-self.lengths, kind="stable"))
        rng = np.random.default_rng((self.seed, number))
        order = rng.permutation(len(self.lengths))[:count]
        mean = max(1.0, float(self.lengths.mean())) if count else 1.0
        per_batch = self.size if self.tokens is None else max(1, int(self.tokens / mean))
        batches = []
        for start in range(0, count, per_batch * POOL):
            pool = order[start : start + per_batch * POOL]
            batches += self._cut(pool[np.argsort(-self.lengths[pool], kind="stable")])
        shuffled = [batches[i] for i in rng.permutation(len(batches))]
        return sorted(shuffled, key=self._width) if number < self.short_first else shuffled

    def _cut(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Split rows, sorted from long to short, into batches: the first of a batch is its width."""
        batches, start = [], 0
        while start < len(rows):
            width = max(1, self._width(rows[start:]))
            count = self.size if self.tokens is None else max(1, self.tokens // width)
            batches.append(rows[start : start + count])
            start += count
        return batches

    def _width(self, rows: NDArray[np.int64]) -> int:
        """The length of the first, which is the longest."""
        return int(self.lengths[rows[0]])


class PlannedBatches(ABC, Generic[B]):
    """A corpus that can be walked through in batches, epoch after epoch: a plan, and a layout for its batches.

    Args:
        plan: Which rows go together.
    """

    def __init__(self, plan: LengthBuckets) -> None:
        self.plan = plan

    @abstractmethod
    def lay_out(self, rows: NDArray[np.int64]) -> B:
        """The batch of some rows."""

    def __len__(self) -> int:
        """Batches in an epoch, see `LengthBuckets`."""
        return len(self.plan)

    def __iter__(self) -> Iterator[B]:
        return self.epoch(0)

    def epoch(self, number: int) -> Iterator[B]:
        """The batches of one epoch; the same number always gives the same batches, so a run can be resumed."""
        return map(self.lay_out, self.plan.epoch(number))


def check_at_least_one(**sizes: int | None) -> None:
    """Raise ConfigError for a size that is given and below 1."""
    for name, size in sizes.items():
        if size is not None and size < 1:
            raise ConfigError(f"{name} must be at least 1, not {size}")
