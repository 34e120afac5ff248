"""The distinct words of a batch: an open-addressing hash table whose keys are, for short words, the words themselves.

A word of up to seven bytes is packed with its length into one 64-bit key, so equal keys mean equal words and no byte
is compared. A longer word is hashed with the top bit set, which no short key has, and its bytes are compared. A slot
holds the key and the code of the word side by side, so a look-up touches one line of the cache; key 0 is a free slot.

Where ASCII letters are lower-cased, that is done to eight bytes at a time as they are read.
"""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import Bytes, Slots, SlotsOut, compiled, inner
from textprep.kernels.utf8 import eight_bytes

GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: multiplying spreads the low bits upwards
LONG = np.uint64(1 << 63)
EMPTY = np.uint64(0x7F << 56)  # the key of the word without a byte

EVERY = np.uint64(0x0101010101010101)  # times b: the byte b eight times
HIGH = np.uint64(0x80) * EVERY
CASE = np.uint64(0x20) * EVERY
FROM_A, FROM_BRACE = np.uint64(0x80 - 0x61) * EVERY, np.uint64(0x80 - 0x7B) * EVERY  # carry into the high bit


@inner
def letters_among(eight: np.uint64) -> np.uint64:
    """The high bit of each of eight bytes that is an ASCII letter."""
    low = (eight | CASE) & ~HIGH
    return (low + FROM_A) & ~(low + FROM_BRACE) & ~eight & HIGH


@inner
def folded(eight: np.uint64, lower: bool) -> np.uint64:
    """Eight bytes, their ASCII letters in lower case if that is wanted."""
    return eight | (letters_among(eight) >> np.uint64(2)) if lower else eight


@inner
def lower_byte(b: int, lower: bool) -> int:
    """One byte, a capital ASCII letter in lower case if that is wanted."""
    return b | 0x20 if lower and 0x41 <= b <= 0x5A else b


@inner
def short_key(eight: np.uint64, size: int) -> np.uint64:
    """The exact key of a word of one to seven bytes, the lowest of `eight`."""
    keep = (np.uint64(1) << np.uint64(size * 8)) - np.uint64(1)
    return (eight & keep) | (np.uint64(size) << np.uint64(56))


@inner
def long_key(data: Bytes, begin: int, size: int, lower: bool) -> np.uint64:
    """The hash of a word of eight bytes or more."""
    key = np.uint64(size)
    last = begin + size - 8
    for i in range(begin, last, 8):
        key = (key ^ folded(eight_bytes(data, i), lower)) * GOLDEN
        key ^= key >> np.uint64(32)
    key = (key ^ folded(eight_bytes(data, last), lower)) * GOLDEN
    return (key ^ (key >> np.uint64(29))) | LONG


@inner
def exact_key(data: Bytes, begin: int, size: int) -> np.uint64:
    """The key of a word behind which nothing may be read."""
    if size >= 8:
        return long_key(data, begin, size, False)
    if size == 0:
        return EMPTY
    eight = np.uint64(0)
    for i in range(size):
        eight |= np.uint64(data[begin + i]) << np.uint64(8 * i)
    return short_key(eight, size)


@inner
def same_bytes(known: Bytes, a: int, data: Bytes, b: int, size: int, lower: bool) -> bool:
    """Whether a known word, and the bytes from b on as `folded` gives them, are the same; `size` is eight or more."""
    for k in range(0, size - 8, 8):
        if eight_bytes(known, a + k) != folded(eight_bytes(data, b + k), lower):
            return False
    return eight_bytes(known, a + size - 8) == folded(eight_bytes(data, b + size - 8), lower)


@inner
def slot_shift(slots: Slots) -> np.uint64:
    """By how much a spread key is shifted to give a slot."""
    shift, count = np.uint64(64), len(slots)
    while count > 1:
        shift, count = shift - np.uint64(1), count >> 1
    return shift


@compiled
def grow_table(slots: Slots, larger: SlotsOut) -> None:
    """Enter the content of a table in a larger one, which is empty.  # (a power of two, 2)"""
    shift = slot_shift(larger)
    for old in range(len(slots)):
        key = slots[old, 0]
        if key != 0:
            at = np.int64((key * GOLDEN) >> shift)
            while larger[at, 0] != 0:
                at = (at + 1) & (len(larger) - 1)
            larger[at, 0], larger[at, 1] = key, slots[old, 1]
