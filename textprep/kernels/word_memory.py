"""Looking up words of earlier batches by their bytes, and bringing back what became of them."""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import Bytes, BytesOut, Ints, IntsOut, Longs, LongsOut, Slots, SlotsOut, compiled, inner
from textprep.kernels.word_table import GOLDEN, LONG, exact_key, same_bytes, slot_shift


@inner
def sought(
    data: Bytes, begin: int, size: int, key: np.uint64, slots: Slots, known: Bytes, known_bounds: Longs
) -> np.int64:
    """The slot where the search for a word ends: its own, or a free one."""
    at = np.int64((key * GOLDEN) >> slot_shift(slots))
    while slots[at, 0] != 0:
        if slots[at, 0] == key:
            found = np.int64(slots[at, 1])
            first = known_bounds[found]
            if key < LONG or (
                known_bounds[found + 1] - first == size and same_bytes(known, first, data, begin, size, False)
            ):
                break
        at = (at + 1) & (len(slots) - 1)
    return at


@compiled
def recall(data: Bytes, bounds: Longs, slots: Slots, known: Bytes, known_bounds: Longs, places: IntsOut) -> int:
    """Fill `places` (words,) with the place of each word among the known ones, or -1; return how many are unknown.

    Word k is data[bounds[k] : bounds[k + 1]], known word k likewise; `slots` (a power of two, 2) is their table.
    """
    unknown = 0
    for word in range(len(bounds) - 1):
        begin, size = bounds[word], bounds[word + 1] - bounds[word]
        at = sought(data, begin, size, exact_key(data, begin, size), slots, known, known_bounds)
        places[word] = -1 if slots[at, 0] == 0 else np.int32(slots[at, 1])
        unknown += slots[at, 0] == 0
    return unknown


@compiled
def enter(slots: SlotsOut, known: Bytes, known_bounds: Longs, first: int, last: int) -> None:
    """Enter the known words first..last, none of which is in the table, nor in it twice."""
    for word in range(first, last):
        begin, size = known_bounds[word], known_bounds[word + 1] - known_bounds[word]
        key = exact_key(known, begin, size)
        at = sought(known, begin, size, key, slots, known, known_bounds)
        slots[at, 0], slots[at, 1] = key, np.uint64(word)


@compiled
def bring_pieces(
    places: Ints,
    first_pieces: Longs,
    pieces: Bytes,
    piece_bounds: Longs,
    heads: Ints,
    tails: Ints,
    offsets: LongsOut,
    new_bounds: LongsOut,
    new_pieces: BytesOut,
    new_heads: IntsOut,
    new_tails: IntsOut,
) -> None:
    """Put the pieces of the words at `places` one behind the other.

    Args:
        places: The words.  # (words,)
        first_pieces: Where the pieces of each known word begin.  # (known words + 1,)
        pieces, piece_bounds: The pieces' bytes, and where each begins.
        heads, tails: As for `expand`.
        offsets: Filled with where the pieces of each word begin.  # (words + 1,)
        new_bounds, new_pieces, new_heads, new_tails: Filled.
    """
    count, size = np.int64(0), np.int64(0)
    offsets[0] = 0
    new_bounds[0] = 0
    for word in range(len(places)):
        for piece in range(first_pieces[places[word]], first_pieces[places[word] + 1]):
            for at in range(piece_bounds[piece], piece_bounds[piece + 1]):
                new_pieces[size] = pieces[at]
                size += 1
            new_heads[count], new_tails[count] = heads[piece], tails[piece]
            count += 1
            new_bounds[count] = size
        offsets[word + 1] = count
