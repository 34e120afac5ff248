"""A sample of distinct words by their hashes, in a table of fixed size (see `textprep.distinct_words`)."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from textprep.kernels.compiled import Bytes, Layout, Longs, LongsOut, compiled, inner

Hashes = Annotated[npt.NDArray[np.uint64], Layout("uint64", written=True)]

FNV_OFFSET, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
MIX_1, MIX_2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)


@inner
def word_hash(data: Bytes, begin: int, end: int) -> np.uint64:
    """64 bits of which each depends on every byte: FNV-1a, and the last step of MurmurHash3; never 0."""
    key = FNV_OFFSET
    for b in data[begin:end]:
        key = (key ^ np.uint64(b)) * FNV_PRIME
    key = (key ^ (key >> np.uint64(33))) * MIX_1
    key = (key ^ (key >> np.uint64(33))) * MIX_2
    return max(key ^ (key >> np.uint64(33)), np.uint64(1))


@inner
def insert(table: Hashes, key: np.uint64) -> bool:
    """Put a key into the table; return whether it is new."""
    last = np.uint64(len(table) - 1)
    at = key & last
    while table[at] != 0:
        if table[at] == key:
            return False
        at = (at + np.uint64(1)) & last
    table[at] = key
    return True


@compiled
def sample_words(data: Bytes, bounds: Longs, table: Hashes, state: LongsOut) -> None:
    """Add words to the sample; when the table is half full, keep only those of the next level.

    Args:
        data, bounds: The words' bytes, and where each begins.  # (bytes,), (words + 1,)
        table: The hashes of the sample; 0 is a free slot.  # (a power of two,)
        state: How many hashes there are; the level: as many of the highest bits of each are 0.  # (2,)
    """
    for k in range(len(bounds) - 1):
        key = word_hash(data, bounds[k], bounds[k + 1])
        if state[1] == 0 or key >> np.uint64(64 - state[1]) == 0:
            state[0] += insert(table, key)
        while state[0] * 2 > len(table):
            state[1] += 1
            kept = table[(table != 0) & (table >> np.uint64(64 - state[1]) == 0)]
            table[:] = 0
            state[0] = len(kept)
            for other in kept:
                insert(table, other)
