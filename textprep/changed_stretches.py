"""Texts of which a stage changes some stretches, found as bytes: all are written in one pass, with the edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from textprep.edits import Edits, Ints, Longs
from textprep.texts import PADDING, Texts

BYTES_A_STRETCH = 64  # of ordinary text; a denser text is gone over twice


def found_stretches(find: Callable[[npt.NDArray[np.int64]], int], texts: Texts, columns: int) -> Iterator[Longs]:
    """The columns of numbers that a kernel fills with what it finds, given room for all of it.

    Args:
        find: Fills columns as far as there is room, and returns how much it finds.
        texts: The texts that it goes over.
        columns: How many numbers it gives for each.
    """
    room = texts.size // BYTES_A_STRETCH + 1
    while (found := find(rows := np.empty((columns, room), np.int64))) > room:
        room = found
    return iter(rows[:, :found])


def with_stretches(texts: Texts, begins: Longs, ends: Longs, which: Ints, new: Sequence[str]) -> Texts:
    """The texts with others in the place of some stretches of bytes.

    Args:
        texts: The texts.
        begins, ends: The stretches within `texts.utf8`, in order, none empty, each within a document.  # (stretches,)
        which: What stands in the place of each, an index into `new`; a stretch that it equals is not changed.
        new: The replacements.
    """
    if not len(begins):
        return texts
    from textprep.kernels.stretches import replaced

    data, offsets = texts.utf8
    letters = [each.encode() for each in new]
    sizes, lengths = (np.fromiter(map(len, each), np.int64, len(new)) for each in (letters, new))
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    size = texts.size - int((ends - begins).sum()) + int(sizes[which].sum())
    out = np.empty(size + PADDING, np.uint8)
    out[size:] = 0
    joined = np.frombuffer(b"".join(letters), np.uint8)
    new_offsets, rows, places = replaced(data, offsets, begins, ends, which, joined, bounds, lengths, out)
    edits = Edits(rows, *places)
    if not edits:
        return texts
    out.flags.writeable = False  # as in `Texts.utf8`
    return Texts(utf8=(out, new_offsets), edits=(*texts.edits, edits))
