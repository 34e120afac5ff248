"""Texts of which a stage has changed some stretches, found as bytes: all are written in one pass, with the edits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from textprep.edits import Edits, Ints, Longs
from textprep.texts import PADDING, Texts


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
