"""Runs of characters of a kind in UTF-8 text: of those that are not wanted, and of white space."""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import Bytes, LongRowsOut, Longs, compiled, inner
from textprep.kernels.utf8 import code_point, width

SPACE, LINE_FEED, CARRIAGE_RETURN = 0x20, 0x0A, 0x0D
IN_LINE, LINE_BREAK = 1, 2  # what a character of white space is, in the table of `find_white_space`
AT_AN_END = -1


def first_bytes(table: Bytes) -> Bytes:
    """Which bytes begin a character that has a mark in a table by code points.  # (256,)"""
    leads = np.zeros(256, np.uint8)
    leads[[chr(point).encode()[0] for point in np.flatnonzero(table).tolist()]] = 1
    return leads


@inner
def run_end(data: Bytes, i: int, end: int, leads: Bytes, table: Bytes) -> int:
    """Where the run of characters with a mark that may begin at byte i ends."""
    while i < end and leads[data[i]] and table[code_point(data, i)]:
        i += width(data[i])
    return i


@compiled
def find_runs(data: Bytes, offsets: Longs, leads: Bytes, table: Bytes, rows: LongRowsOut) -> int:
    """Find all runs of characters with a mark, each as long as it can be, and return how many there are.

    Args:
        data: The documents' UTF-8 bytes, one behind the other.
        offsets: Where each document begins in `data`.  # (documents + 1,)
        leads: `first_bytes(table)`.
        table: The mark of each code point, or 0.  # (0x110000,)
        rows: Filled with first byte and byte behind the end of the first runs, as far as there is room.  # (2, room)
    """
    found = 0
    for document in range(len(offsets) - 1):
        i, end = offsets[document], offsets[document + 1]
        while i < end:
            if not leads[data[i]]:
                i += 1
                continue
            j = run_end(data, i, end, leads, table)
            if j > i:
                if found < rows.shape[1]:
                    rows[0, found], rows[1, found] = i, j
                found += 1
            i = j + 1  # the byte there begins no run
    return found


@inner
def line_breaks(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """How many line breaks stand in a run of white space; a carriage return and its line feed are one."""
    count = 0
    before = 0
    while i < end:
        point = code_point(data, i)
        count += table[point] == LINE_BREAK and not (point == LINE_FEED and before == CARRIAGE_RETURN)
        before = point
        i += width(data[i])
    return count


@compiled
def find_white_space(
    data: Bytes, offsets: Longs, leads: Bytes, table: Bytes, ends_apart: bool, rows: LongRowsOut
) -> int:
    """Find all runs of white space but for single spaces between other characters, and return how many there are.

    Args:
        data: The documents' UTF-8 bytes, one behind the other.
        offsets: Where each document begins in `data`.  # (documents + 1,)
        leads: `first_bytes(table)`.
        table: IN_LINE, LINE_BREAK or 0 for each code point.  # (0x110000,)
        ends_apart: Whether runs at either end of a document are told from others, and single spaces there found too.
        rows: Filled with first byte, byte behind the end, and line breaks (AT_AN_END instead, if asked for) of the
            first runs, as far as there is room.  # (3, room)
    """
    found = 0
    for document in range(len(offsets) - 1):
        begin, end = offsets[document], offsets[document + 1]
        i = begin
        while i < end:
            if not leads[data[i]]:
                i += 1
                continue
            if data[i] == SPACE and begin < i and i + 1 < end and not leads[data[i + 1]]:
                i += 2
                continue
            j = run_end(data, i, end, leads, table)
            at_an_end = ends_apart and (i == begin or j == end)
            if j > i and (at_an_end or j > i + 1 or data[i] != SPACE):
                if found < rows.shape[1]:
                    rows[0, found], rows[1, found] = i, j
                    rows[2, found] = AT_AN_END if at_an_end else line_breaks(data, i, j, table)
                found += 1
            i = j + 1
    return found
