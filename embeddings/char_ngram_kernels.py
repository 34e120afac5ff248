"""The compiled half of `embeddings/char_ngrams.py`: hashing n-grams of UTF-8 text, and adding up vectors by n-gram.

Hashes are FNV-1a with 64 bits (Fowler, Noll and Vo; fastText uses the same with 32) over the n-gram's UTF-8 bytes.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_ONE = np.uint64(1)
_OPEN, _CLOSE = ord("<"), ord(">")


@njit(nogil=True, cache=True)
def _byte(data: NDArray[np.uint8], begin: int, end: int, at: int) -> int:
    """The byte at `at` of the word `data[begin:end]` between its marks, which stand at begin - 1 and end."""
    if at < begin:
        return _OPEN
    return int(data[at]) if at < end else _CLOSE


@njit(nogil=True, cache=True)
def _hash_word(
    data: NDArray[np.uint8], begin: int, end: int, smallest: int, largest: int, out: NDArray[np.uint64], place: int
) -> int:
    """Hash every n-gram of one marked word into `out[place:]`; returns the place after the last."""
    for first in range(begin - 1, end + 1):
        if _byte(data, begin, end, first) & 0xC0 == 0x80:
            continue  # the middle of a character
        value = _BASIS
        characters = 0
        for at in range(first, end + 1):
            value = (value ^ np.uint64(_byte(data, begin, end, at))) * _PRIME
            if at == end or _byte(data, begin, end, at + 1) & 0xC0 != 0x80:
                characters += 1
                if characters >= smallest:
                    out[place] = value
                    place += 1
                if characters == largest:
                    break
    return place


@njit(nogil=True, cache=True)
def hash_ngrams(
    data: NDArray[np.uint8],  # (bytes,)
    offsets: NDArray[np.int64],  # (words + 1,)
    smallest: int,
    largest: int,
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The n-grams of words: hashes (n-grams,), and where each word's begin and end among them (words + 1,)."""
    characters = offsets[-1] - offsets[0] + 2 * len(offsets)
    hashes = np.empty(characters * (largest - smallest + 1), np.uint64)
    ends = np.zeros(len(offsets), np.int64)
    for word in range(len(offsets) - 1):
        ends[word + 1] = _hash_word(data, offsets[word], offsets[word + 1], smallest, largest, hashes, ends[word])
    return hashes[: ends[-1]], ends


@njit(nogil=True, cache=True)
def hash_table(ngrams: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each of some distinct n-grams (n-grams,) stands: its place in its slot, -1 in the others (slots,)."""
    slots = 2
    while slots < 2 * len(ngrams):
        slots *= 2
    mask = np.uint64(slots - 1)
    table = np.full(slots, -1, np.int64)
    for i in range(len(ngrams)):
        slot = ngrams[i] & mask
        while table[slot] >= 0:
            slot = (slot + _ONE) & mask
        table[slot] = i
    return table


@njit(nogil=True, cache=True)
def add_up(
    data: NDArray[np.uint8],  # (bytes,) of known words
    offsets: NDArray[np.int64],  # (known words + 1,)
    vectors: NDArray[np.float32],  # (known words, dimension)
    ngrams: NDArray[np.uint64],  # (n-grams,) distinct hashes
    table: NDArray[np.int64],  # (slots,) of `hash_table`
    smallest: int,
    largest: int,
    sums: NDArray[np.float32],  # (n-grams, dimension), added to here: the vectors of the words with each n-gram
    counts: NDArray[np.int64],  # (n-grams,), added to here: their number
) -> None:
    """Add the vectors of some words to those of their n-grams; a word with the same n-gram twice counts twice."""
    mask = np.uint64(len(table) - 1)
    longest = 0
    for word in range(len(offsets) - 1):
        longest = max(longest, offsets[word + 1] - offsets[word] + 2)
    hashes = np.empty(longest * (largest - smallest + 1), np.uint64)
    for word in range(len(offsets) - 1):
        for i in range(_hash_word(data, offsets[word], offsets[word + 1], smallest, largest, hashes, 0)):
            slot = hashes[i] & mask
            while table[slot] >= 0 and ngrams[table[slot]] != hashes[i]:
                slot = (slot + _ONE) & mask
            ngram = table[slot]
            if ngram >= 0:
                counts[ngram] += 1
                for j in range(vectors.shape[1]):
                    sums[ngram, j] += vectors[word, j]
