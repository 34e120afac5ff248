"""Runs the compiled scanner over `Texts`, giving it room as it goes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import strings_of
from textprep.texts import Texts
from textprep.tokens import Tokens

BYTES_A_TOKEN = 4  # of ordinary text; a denser text makes the scanner ask for more room
BYTES_A_TYPE = 12
SLOTS_A_TYPE = 2
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
    from textprep.kernels.scan import scan
    from textprep.kernels.word_table import grow_table

    data, offsets = texts.utf8
    table, kinds, plain = _tables()
    room = texts.size // BYTES_A_TOKEN + 64
    types = FIRST_TYPES if texts.size > FIRST_TYPES else FEW_TYPES
    columns = [np.empty(room, np.int32) for _ in range(3)]  # codes, starts, ends
    token_offsets = np.zeros(len(offsets), np.int64)
    slots = np.zeros((SLOTS_A_TYPE * types, 2), np.uint64)
    letters, bounds = np.empty(BYTES_A_TYPE * types, np.uint8), np.zeros(types + 1, np.int64)
    state = np.array([0, offsets[0], 0, 0, 0], np.int64)
    while not scan(
        data, offsets, table, kinds, plain, runs, patterns, lower,
        slots, letters, bounds, *columns, token_offsets, state,
    ):  # fmt: skip
        if state[3] == len(columns[0]):
            columns = [_doubled(column) for column in columns]
        elif state[4] + 1 == len(bounds):
            bounds = _doubled(bounds)[:-1]
            smaller, slots = slots, np.zeros((2 * len(slots), 2), np.uint64)
            grow_table(smaller, slots)
        else:  # as long a word as may be left has room then
            letters = np.concatenate((letters, np.empty(len(letters) + texts.size, np.uint8)))

    count, distinct = int(state[3]), int(state[4])
    codes, starts, ends = (column[:count] for column in columns)
    return Tokens(strings_of(letters[: bounds[distinct]], bounds[: distinct + 1]), codes, token_offsets, starts, ends)


def _doubled(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate((array, np.empty_like(array)))


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    from textprep.kernels.scan import byte_kinds, plain_ends
    from textprep.unicode.word_break import word_break_table

    table = word_break_table()
    kinds = byte_kinds(table)
    return table, kinds, plain_ends(kinds)
