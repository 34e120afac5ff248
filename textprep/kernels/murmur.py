"""MurmurHash3 for 32 bits (Austin Appleby, 2011), of many words at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textprep.kernels.compiled import Bytes, Longs, compiled, inner

FIRST, SECOND, FINAL_FIRST, FINAL_SECOND = (
    np.uint32(0xCC9E2D51), np.uint32(0x1B873593), np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35),
)  # fmt: skip


@inner
def mixed(block: np.uint32) -> np.uint32:
    """Four bytes, spread over all bits."""
    block = np.uint32(block * FIRST)
    block = np.uint32(np.uint32(block << np.uint32(15)) | (block >> np.uint32(17)))
    return np.uint32(block * SECOND)


@compiled
def murmur_hashes(data: Bytes, offsets: Longs, seed: int) -> npt.NDArray[np.uint32]:
    """The hash of each word.

    Args:
        data: The words' bytes, one behind the other.
        offsets: Where each word begins among them.  # (words + 1,)
        seed: From 0 to 2**32 - 1.

    Returns:
        One hash a word.  # (words,)
    """
    hashes = np.empty(len(offsets) - 1, np.uint32)
    for word in range(len(hashes)):
        begin, size = offsets[word], offsets[word + 1] - offsets[word]
        key = np.uint32(seed)
        for at in range(begin, begin + size - size % 4, 4):
            block = np.uint32(0)
            for k in range(4):
                block |= np.uint32(np.uint32(data[at + k]) << np.uint32(8 * k))
            key ^= mixed(block)
            key = np.uint32(np.uint32(key << np.uint32(13)) | (key >> np.uint32(19)))
            key = np.uint32(key * np.uint32(5) + np.uint32(0xE6546B64))
        rest = np.uint32(0)
        for k in range(size % 4):
            rest |= np.uint32(np.uint32(data[begin + size - size % 4 + k]) << np.uint32(8 * k))
        key ^= mixed(rest)  # nothing is mixed in by no bytes
        key ^= np.uint32(size)
        key = np.uint32((key ^ (key >> np.uint32(16))) * FINAL_FIRST)
        key = np.uint32((key ^ (key >> np.uint32(13))) * FINAL_SECOND)
        hashes[word] = key ^ (key >> np.uint32(16))
    return hashes
