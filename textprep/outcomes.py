"""`Outcomes`: what became of distinct words, in columns: each word's pieces, and where in the word they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import distinct, taken

if TYPE_CHECKING:
    import pyarrow as pa

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


class Outcomes(NamedTuple):
    """The pieces of V words, P in all.

    A word that is dropped has no piece; one that is changed as a whole has one piece with nothing before or behind it.

    Attributes:
        offsets: Where the pieces of each word begin.  # (V + 1,)
        codes: Which form each piece has.  # (P,)
        forms: The distinct forms, Arrow strings in order of appearance.
        heads, tails: How many characters of the word lie before and behind each piece.  # (P,)
    """

    offsets: Longs
    codes: Ints
    forms: pa.LargeStringArray
    heads: Ints
    tails: Ints

    @classmethod
    def of(cls, offsets: Longs, pieces: pa.LargeStringArray, heads: Ints, tails: Ints) -> Outcomes:
        """Outcomes from the text of each piece."""
        return cls(offsets, *distinct(pieces), heads, tails)

    @property
    def pieces(self) -> pa.LargeStringArray:
        """The text of each piece.  # (P,)"""
        return taken(self.forms, self.codes)

    @property
    def whole(self) -> bool:
        """Whether every word has at most one piece, and that stands for the whole of it."""
        return int(np.diff(self.offsets).max(initial=0)) <= 1 and not self.heads.any() and not self.tails.any()
