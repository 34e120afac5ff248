"""The distinct words of a batch: an open-addressing hash table whose keys are, for short words, the words themselves.

A word of up to seven bytes is packed with its length into one 64-bit key, so equal keys mean equal words and no byte
is compared. A longer word is hashed with the top bit set, which no short key has, and its bytes are compared.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: multiplying spreads the low bits upwards
LONG = np.uint64(1 << 63)
PADDING = 16  # bytes that must be readable behind the text


@numba.njit(cache=True, nogil=True)
def eight_bytes(eights: Keys, i: int) -> np.uint64:
    """The eight bytes from byte i on, little-endian, out of the text seen as aligned 64-bit integers."""
    low = np.uint64((i & 7) * 8)
    first = eights[i >> 3] >> low
    return first | ((eights[(i >> 3) + 1] << np.uint64(1)) << (np.uint64(63) - low))


@numba.njit(cache=True, nogil=True)
def short_key(eight: np.uint64, size: int) -> np.uint64:
    """The exact key of a word of one to seven bytes, the lowest of `eight`."""
    keep = (np.uint64(1) << np.uint64(size * 8)) - np.uint64(1)
    return (eight & keep) | (np.uint64(size) << np.uint64(56))


@numba.njit(cache=True, nogil=True)
def word_key(eights: Keys, begin: int, end: int) -> np.uint64:
    """The key of the word in bytes begin..end: exact for up to seven bytes, else a hash."""
    size = end - begin
    if size < 8:
        return short_key(eight_bytes(eights, begin), size)
    key = np.uint64(size)
    while begin + 8 <= end:
        key = (key ^ eight_bytes(eights, begin)) * GOLDEN
        key ^= key >> np.uint64(32)
        begin += 8
    key = (key ^ eight_bytes(eights, end - 8)) * GOLDEN
    return (key ^ (key >> np.uint64(29))) | LONG


@numba.njit(cache=True, nogil=True)
def same_bytes(data: Bytes, a: int, b: int, size: int) -> bool:
    """Whether the `size` bytes from a on and from b on are the same."""
    for k in range(size):  # noqa: SIM110 - a generator does not compile
        if data[a + k] != data[b + k]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def grown_table(keys: Keys, slots: Ints) -> tuple[Keys, Ints]:
    """A table twice as large with the same content."""
    size = 2 * len(slots)
    shift = np.uint64(64) - np.uint64(np.log2(size))
    new_keys, new_slots = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
    for old in range(len(slots)):
        if slots[old] >= 0:
            at = np.int64((keys[old] * GOLDEN) >> shift)
            while new_slots[at] >= 0:
                at = (at + 1) & (size - 1)
            new_keys[at], new_slots[at] = keys[old], slots[old]
    return new_keys, new_slots


@numba.njit(cache=True, nogil=True)
def copied_words(data: Bytes, begins: Longs, bounds: Longs, out: Bytes) -> None:
    """Copy word k, which begins at byte begins[k], to out[bounds[k] : bounds[k + 1]]."""
    for k in range(len(begins)):
        size = bounds[k + 1] - bounds[k]
        for j in range(size):
            out[bounds[k] + j] = data[begins[k] + j]
