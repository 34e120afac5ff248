"""The compiled half of `embeddings/char_ngrams.py`: hashing n-grams of UTF-8 text, and adding up vectors by n-gram.

Hashes are FNV-1a with 64 bits (Fowler, Noll and Vo; fastText uses the same with 32) over the n-gram's UTF-8 bytes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textprep.kernels.compiled import Bytes, Keys, KeysOut, Longs, LongsOut, Matrix, MatrixOut, compiled, inner

_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_ONE = np.uint64(1)
_OPEN, _CLOSE = ord("<"), ord(">")


@inner
def _byte(data: Bytes, begin: int, end: int, at: int) -> int:
    """The byte at `at` of the word `data[begin:end]` between its marks, which stand at begin - 1 and end."""
    if at < begin:
        return _OPEN
    return int(data[at]) if at < end else _CLOSE


@inner
def _hash_word(data: Bytes, begin: int, end: int, smallest: int, largest: int, out: KeysOut, place: int) -> int:
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


@compiled
def hash_ngrams(
    data: Bytes,  # (bytes,)
    offsets: Longs,  # (words + 1,)
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


@compiled
def hash_table(ngrams: Keys) -> NDArray[np.int64]:
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


@compiled
def add_up(
    data: Bytes,  # (bytes,) of known words
    offsets: Longs,  # (known words + 1,)
    vectors: Matrix,  # (known words, dimension)
    ngrams: Keys,  # (n-grams,) distinct hashes
    table: Longs,  # (slots,) of `hash_table`
    smallest: int,
    largest: int,
    sums: MatrixOut,  # (n-grams, dimension), added to here: the vectors of the words with each n-gram
    counts: LongsOut,  # (n-grams,), added to here: their number
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
