"""The compiled half of `embeddings/store/lexicon.py`: filling the hash table, and searching it for many words at once.

CRC-32 as in ISO 3309 and `zlib.crc32`, byte by byte with the usual table of 256 remainders.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from textprep.kernels.compiled import Bytes, Ints, IntsOut, Longs, compiled, inner

DAMAGED = -2
"""In place of a row: the search met a row that does not exist, or no end."""

# The remainder of each single byte, without the inversion that zlib applies before and after.
_REMAINDERS = np.array([zlib.crc32(bytes([byte]), 0xFFFFFFFF) ^ 0xFFFFFFFF for byte in range(256)], np.uint32)
_ONES = np.uint32(0xFFFFFFFF)
_EIGHT = np.uint32(8)


@inner
def crc32(data: Bytes, begin: int, end: int) -> np.int64:
    """`zlib.crc32(data[begin:end])`."""
    crc = _ONES
    for at in range(begin, end):
        crc = _REMAINDERS[np.uint8(crc) ^ data[at]] ^ (crc >> _EIGHT)
    return np.int64(crc ^ _ONES)


@compiled
def build_table(
    data: Bytes,  # (bytes,)
    offsets: Longs,  # (words + 1,)
    table: IntsOut,  # (slots,), filled here
) -> NDArray[np.bool_]:
    """Enter every word; returns (words,) whether it was new. Of equal words the first keeps the slot."""
    table[:] = -1
    new = np.ones(len(offsets) - 1, np.bool_)
    for row in range(len(new)):
        slot, found = _seek(data, offsets[row], offsets[row + 1], data, offsets, table)
        if found >= 0:
            new[row] = False
        else:
            table[slot] = row
    return new


@compiled
def find_rows(
    wanted: Bytes,  # (bytes,)
    wanted_offsets: Longs,  # (wanted words + 1,)
    data: Bytes,  # (bytes,)
    offsets: Longs,  # (words + 1,)
    table: Ints,  # (slots,)
) -> NDArray[np.int64]:
    """The row (wanted words,) of each wanted word, -1 where there is none; it ends whatever the table holds."""
    rows = np.empty(len(wanted_offsets) - 1, np.int64)
    for i in range(len(rows)):
        _, rows[i] = _seek(wanted, wanted_offsets[i], wanted_offsets[i + 1], data, offsets, table)
    return rows


@inner
def _seek(
    wanted: Bytes,
    begin: int,
    end: int,
    data: Bytes,
    offsets: Longs,
    table: Ints,
) -> tuple[np.int64, np.int64]:
    """The slot where the search for `wanted[begin:end]` ends, and the row there."""
    mask = len(table) - 1
    slot = crc32(wanted, begin, end) & mask
    for _ in range(len(table)):
        row = table[slot]
        if row < 0:
            return slot, np.int64(-1)
        if row >= len(offsets) - 1:
            break
        if offsets[row + 1] - offsets[row] == end - begin:
            same = True
            for i in range(end - begin):
                same = same and data[offsets[row] + i] == wanted[begin + i]
            if same:
                return slot, np.int64(row)
        slot = (slot + 1) & mask
    return slot, np.int64(DAMAGED)
