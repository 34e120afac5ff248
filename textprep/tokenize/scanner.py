"""Runs the compiled scanner over `Texts`, giving it room as it goes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from textprep.texts import Texts
from textprep.tokens import Tokens

BYTES_A_TOKEN = 4  # of ordinary text; a denser text makes the scanner ask for more room
FIRST_TYPES = 1 << 11
FEW_TYPES = 1 << 6  # for a text or two


def scan_texts(texts: Texts, *, runs: bool = False, patterns: int = 0, lower: bool = False) -> Tokens:
    """Cut texts into words, or into runs of anything but white space, with spans in these texts.

    Args:
        texts: The documents.
        runs: Whether to cut at white space only.
        patterns: Which patterns are kept whole (bits of `textprep.kernels.patterns`).
        lower: Whether ASCII letters of the words are given in lower case.
    """
    import pyarrow as pa

    from textprep.kernels.scan import scan
    from textprep.kernels.word_table import copy_words, grow_table

    data, offsets = texts.utf8
    table, kinds, plain = _tables()
    room = texts.size // BYTES_A_TOKEN + 64
    types = FIRST_TYPES if texts.size > FIRST_TYPES else FEW_TYPES
    columns = [np.empty(room, np.int32) for _ in range(3)]  # codes, starts, ends
    token_offsets = np.zeros(len(offsets), np.int64)
    slots = np.zeros((2 * types, 2), np.uint64)
    begins, sizes = np.empty(types, np.int64), np.empty(types, np.int32)
    state = np.array([0, offsets[0], 0, 0, 0], np.int64)
    while not scan(
        data, offsets, table, kinds, plain, runs, patterns, lower,
        slots, begins, sizes, *columns, token_offsets, state,
    ):  # fmt: skip
        if state[3] == len(columns[0]):
            columns = [_doubled(column) for column in columns]
        else:
            begins, sizes = _doubled(begins), _doubled(sizes)
            smaller, slots = slots, np.zeros((2 * len(slots), 2), np.uint64)
            grow_table(smaller, slots)

    count, distinct = int(state[3]), int(state[4])
    bounds = np.zeros(distinct + 1, np.int64)
    np.cumsum(sizes[:distinct], out=bounds[1:])
    letters = np.empty(bounds[-1], np.uint8)
    copy_words(data, begins[:distinct], bounds, lower, letters)
    words = pa.LargeStringArray.from_buffers(distinct, pa.py_buffer(bounds), pa.py_buffer(letters))
    codes, starts, ends = (column[:count] for column in columns)
    return Tokens(words, codes, token_offsets, starts, ends)


def _doubled(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate((array, np.empty_like(array)))


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    from textprep.kernels.scan import byte_kinds, plain_ends
    from textprep.unicode.word_break import word_break_table

    table = word_break_table()
    kinds = byte_kinds(table)
    return table, kinds, plain_ends(kinds)
