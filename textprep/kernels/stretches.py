"""UTF-8 text written anew with others in the place of some stretches."""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import Bytes, BytesOut, Ints, Longs, compiled, inner
from textprep.kernels.copying import copied
from textprep.kernels.utf8 import characters_in


@inner
def equal(data: Bytes, begin: int, end: int, letters: Bytes, first: int, last: int) -> bool:
    """Whether two stretches hold the same bytes."""
    if end - begin != last - first:
        return False
    while begin < end and data[begin] == letters[first]:
        begin += 1
        first += 1
    return begin == end


@compiled
def replaced(
    data: Bytes,
    offsets: Longs,
    begins: Longs,
    ends: Longs,
    which: Ints,
    letters: Bytes,
    bounds: Longs,
    lengths: Longs,
    out: BytesOut,
) -> tuple[Longs, Longs, Ints]:
    """Write the documents with stretches replaced, and what that did to positions.

    Args:
        data: The documents' UTF-8 bytes, one behind the other.
        offsets: Where each document begins in `data`.  # (documents + 1,)
        begins, ends: The stretches, in order.  # (stretches,)
        which: What stands in the place of each.  # (stretches,)
        letters, bounds: The replacements' bytes, one behind the other, and where each begins.
        lengths: How many characters each replacement has.
        out: Filled with the new bytes.

    Returns:
        Where each new document begins in `out`  # (documents + 1,)
        Where each document's edits begin; what is replaced by itself is none  # (documents + 1,)
        Each edit's start and end in the new, start and end in the old text, in code points  # (4, edits)
    """
    new_offsets, rows = np.zeros(len(offsets), np.int64), np.zeros(len(offsets), np.int64)
    places = np.empty((4, len(begins)), np.int32)
    stretch = edit = at = 0
    for document in range(len(offsets) - 1):
        i, end = offsets[document], offsets[document + 1]
        old_position = new_position = 0
        while stretch < len(begins) and begins[stretch] < end:
            begin, behind, new = begins[stretch], ends[stretch], which[stretch]
            stretch += 1
            if equal(data, begin, behind, letters, bounds[new], bounds[new + 1]):
                continue
            kept = characters_in(data, i, begin)
            old_position += kept
            new_position += kept
            places[0, edit], places[2, edit] = new_position, old_position
            at = copied(data, i, begin, out, at)
            at = copied(letters, bounds[new], bounds[new + 1], out, at)
            i = behind
            new_position += lengths[new]
            old_position += characters_in(data, begin, behind)
            places[1, edit], places[3, edit] = new_position, old_position
            edit += 1
        at = copied(data, i, end, out, at)
        new_offsets[document + 1] = at
        rows[document + 1] = edit
    return new_offsets, rows, np.ascontiguousarray(places[:, :edit])
