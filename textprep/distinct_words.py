"""How many distinct words went by, in memory that does not grow with them.

Source: M. Wegman's adaptive sampling (P. Flajolet, On adaptive sampling, Computing 43, 1990). The hashes of the words
are kept as long as there is room; then only those that begin with a zero bit, one half, and so on. As long as all are
kept, the number is exact (but for equal hashes of 64 bits, which a quarter of a million words have with a probability
of one in half a billion); afterwards it is the sample's size times 2 ** level, with a relative standard error of
1.20 / sqrt(words kept at most).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from textprep.arrow_strings import buffers_of

if TYPE_CHECKING:
    import pyarrow as pa

SLOTS = 1 << 19  # 4 MB; half of them are used


class DistinctWords:
    """Counts distinct words: exactly up to 262,144, then about."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._table = np.zeros(slots, np.uint64)
        self._state = np.zeros(2, np.int64)  # hashes kept, level

    def add(self, words: pa.Array) -> None:
        """Count the words of an Arrow array of strings, of which some may have been counted before."""
        from textprep.kernels.distinct import sample_words

        sample_words(*buffers_of(words), self._table, self._state)

    @property
    def count(self) -> int:
        """How many distinct words there were."""
        kept, level = self._state.tolist()
        return int(kept << level)

    @property
    def error(self) -> float:
        """The relative standard error of `count`; 0 if it is exact."""
        return 1.20 / math.sqrt(len(self._table) / 2) if self._state[1] else 0.0
