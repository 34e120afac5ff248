"""The distinct words of a batch: an open-addressing hash table whose keys are, for short words, the words themselves.

A word of up to seven bytes is packed with its length into one 64-bit key, so equal keys mean equal words and no byte
is compared. A longer word is hashed with the top bit set, which no short key has, and its bytes are compared. A slot
holds the key and the code of the word side by side, so a look-up touches one line of the cache; key 0 is a free slot.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from textprep.kernels.utf8 import Bytes, eight_bytes, inner

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Slots = npt.NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: multiplying spreads the low bits upwards
LONG = np.uint64(1 << 63)


@inner
def short_key(eight: np.uint64, size: int) -> np.uint64:
    """The exact key of a word of one to seven bytes, the lowest of `eight`."""
    keep = (np.uint64(1) << np.uint64(size * 8)) - np.uint64(1)
    return (eight & keep) | (np.uint64(size) << np.uint64(56))


@inner
def long_key(data: Bytes, begin: int, size: int) -> np.uint64:
    """The hash of a word of eight bytes or more."""
    key = np.uint64(size)
    last = begin + size - 8
    for i in range(begin, last, 8):
        key = (key ^ eight_bytes(data, i)) * GOLDEN
        key ^= key >> np.uint64(32)
    key = (key ^ eight_bytes(data, last)) * GOLDEN
    return (key ^ (key >> np.uint64(29))) | LONG


@inner
def same_bytes(data: Bytes, a: int, b: int, size: int) -> bool:
    """Whether the `size` bytes from a on and from b on are the same; `size` is eight or more."""
    for k in range(0, size - 8, 8):
        if eight_bytes(data, a + k) != eight_bytes(data, b + k):
            return False
    return eight_bytes(data, a + size - 8) == eight_bytes(data, b + size - 8)


@inner
def slot_shift(slots: Slots) -> np.uint64:
    """By how much a spread key is shifted to give a slot."""
    return np.uint64(64) - np.uint64(np.log2(len(slots)))


@numba.njit(cache=True, nogil=True)
def grown_table(slots: Slots) -> Slots:
    """A table twice as large with the same content.  # (a power of two, 2)"""
    larger = np.zeros((2 * len(slots), 2), np.uint64)
    shift = slot_shift(larger)
    for old in range(len(slots)):
        key = slots[old, 0]
        if key != 0:
            at = np.int64((key * GOLDEN) >> shift)
            while larger[at, 0] != 0:
                at = (at + 1) & (len(larger) - 1)
            larger[at] = slots[old]
    return larger


@numba.njit(cache=True, nogil=True)
def copied_words(data: Bytes, begins: Longs, bounds: Longs, out: Bytes) -> None:
    """Copy word k, which begins at byte begins[k], to out[bounds[k] : bounds[k + 1]]."""
    for k in range(len(begins)):
        size = bounds[k + 1] - bounds[k]
        for j in range(size):
            out[bounds[k] + j] = data[begins[k] + j]
