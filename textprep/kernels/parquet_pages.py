"""What stands in a Parquet page of lists: levels, delta-packed numbers, and strings with their lengths.

Source: github.com/apache/parquet-format, Encodings.md.
"""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import Bytes, BytesOut, Ints, Longs, compiled, inner
from textprep.kernels.copying import copied

BLOCK, MINIBLOCK = 128, 32  # values that share the least difference, and values that share a width in bits
MINIBLOCKS = BLOCK // MINIBLOCK
EMPTY, PRESENT = 1, 3  # definition levels: an empty list, an item


@inner
def varint(number: np.uint64, out: BytesOut, at: int) -> int:
    """Write a number in groups of seven bits, the lowest first; return where it ends."""
    while number >= np.uint64(0x80):
        out[at] = number & np.uint64(0x7F) | np.uint64(0x80)
        number >>= np.uint64(7)
        at += 1
    out[at] = number
    return at + 1


@inner
def zigzag(number: int, out: BytesOut, at: int) -> int:
    """Write a number that may be negative; return where it ends."""
    return varint(np.uint64((number << 1) ^ (number >> 63)), out, at)


@inner
def level_run(count: int, level: int, out: BytesOut, at: int) -> int:
    """Write a level that holds for `count` values; return where it ends."""
    if count:
        at = varint(np.uint64(count << 1), out, at)
        out[at] = level
        at += 1
    return at


@compiled
def list_levels(offsets: Longs) -> tuple[Bytes, Bytes]:
    """The repetition and definition levels of lists without nulls, as runs.

    Args:
        offsets: Where each list begins among the items.  # (lists + 1,)
    """
    lists = len(offsets) - 1
    repetition, definition = np.empty(12 * lists + 6, np.uint8), np.empty(12 * lists + 6, np.uint8)
    r = d = 0
    firsts = empty = present = 0
    for k in range(lists):
        items = offsets[k + 1] - offsets[k]
        firsts += 1
        if items > 1:
            r = level_run(firsts, 0, repetition, r)
            r = level_run(items - 1, 1, repetition, r)
            firsts = 0
        if items:
            d = level_run(empty, EMPTY, definition, d)
            empty = 0
            present += items
        else:
            d = level_run(present, PRESENT, definition, d)
            present = 0
            empty += 1
    r = level_run(firsts, 0, repetition, r)
    d = level_run(empty, EMPTY, definition, d)
    d = level_run(present, PRESENT, definition, d)
    return repetition[:r], definition[:d]


@compiled
def delta_packed(values: Ints) -> Bytes:
    """Numbers as DELTA_BINARY_PACKED: the differences of neighbours, in as few bits as 32 of them need."""
    count = len(values)
    blocks = (count + BLOCK - 2) // BLOCK
    out = np.empty(32 + blocks * (16 + 4 * BLOCK), np.uint8)
    at = varint(np.uint64(BLOCK), out, 0)
    at = varint(np.uint64(MINIBLOCKS), out, at)
    at = varint(np.uint64(count), out, at)
    at = zigzag(np.int64(values[0]) if count else np.int64(0), out, at)
    steps = np.zeros(BLOCK, np.int64)
    for begin in range(1, count, BLOCK):
        size = min(BLOCK, count - begin)
        least = np.int64(1) << 40
        for k in range(size):
            step = np.int64(values[begin + k]) - np.int64(values[begin + k - 1])
            steps[k] = np.int32(step)  # modulo 2 ** 32, as the format has it
            least = min(least, steps[k])
        steps[size:] = least
        at = zigzag(least, out, at)
        widths, at = at, at + MINIBLOCKS
        for mini in range(MINIBLOCKS):
            part = steps[mini * MINIBLOCK : (mini + 1) * MINIBLOCK]
            every = np.int64(0)
            for k in range(MINIBLOCK):
                every |= part[k] - least
            width = 0
            while every >> width:
                width += 1
            out[widths + mini] = width
            held, bits = np.uint64(0), 0
            for k in range(MINIBLOCK):
                held |= np.uint64(part[k] - least) << np.uint64(bits)
                bits += width
                if bits >= 32:
                    for byte in range(4):
                        out[at + byte] = held >> np.uint64(8 * byte)
                    at += 4
                    held >>= np.uint64(32)
                    bits -= 32
            # 32 values of any width fill whole groups of 32 bits.
            if mini * MINIBLOCK >= size:
                out[widths + mini] = 0
    return out[:at]


@compiled
def with_lengths(data: Bytes, bounds: Longs) -> Bytes:
    """Strings as PLAIN byte arrays: each with its length in four bytes in front.

    Args:
        data, bounds: The strings' bytes, and where each begins.  # (bytes,), (strings + 1,)
    """
    strings = len(bounds) - 1
    out = np.empty(bounds[strings] - bounds[0] + 4 * strings, np.uint8)
    at = 0
    for k in range(strings):
        size = bounds[k + 1] - bounds[k]
        for byte in range(4):
            out[at + byte] = size >> (8 * byte)
        at = copied(data, bounds[k], bounds[k + 1], out, at + 4)
    return out
