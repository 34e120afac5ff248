"""JSON Lines from columns: strings quoted and escaped, and whole rows with lists of words and numbers."""

from __future__ import annotations

import json
from typing import Annotated

import numpy as np
import numpy.typing as npt

from textprep.kernels.compiled import Bytes, BytesOut, Ints, Keys, Layout, LongRows, Longs, compiled, inner
from textprep.kernels.copying import SLACK, copied, copied_by_eight, put_eight_bytes

ByteRows = Annotated[npt.NDArray[np.uint8], Layout("uint8", axes=2)]

QUOTE, COMMA, BLANK, ZERO = map(ord, '", 0')
LONGEST_ESCAPE = 6  # \u001f
SMALL = 10_000  # numbers below are looked up


def escapes() -> tuple[Bytes, Bytes]:
    """How each byte stands in a string of JSON, as `json.dumps` has it, and in how many bytes.  # (256, 6), (256,)"""
    spelled = np.zeros((256, LONGEST_ESCAPE), np.uint8)
    sizes = np.ones(256, np.uint8)
    spelled[:, 0] = np.arange(256)
    for byte in range(128):
        letters = json.dumps(chr(byte), ensure_ascii=False)[1:-1].encode()
        spelled[byte, : len(letters)], sizes[byte] = list(letters), len(letters)
    return spelled, sizes


@compiled
def quoted(data: Bytes, bounds: Longs, present: Bytes, spelled: ByteRows, sizes: Bytes) -> tuple[Bytes, Longs]:
    """Strings as JSON.

    Args:
        data, bounds: The strings' bytes, and where each begins.  # (bytes,), (strings + 1,)
        present: Whether each string is there; one that is not becomes null. Empty if all are.  # (strings,) or (0,)
        spelled, sizes: `escapes()`.

    Returns:
        The JSON values, one behind the other and with SLACK behind, and where each begins.  # (bytes,), (strings + 1,)
    """
    strings = len(bounds) - 1
    special = 0
    for b in data[bounds[0] : bounds[strings]]:
        special += (b < BLANK) | (b == QUOTE) | (b == 0x5C)
    room = bounds[strings] - bounds[0] + special * LONGEST_ESCAPE + strings * 4 + SLACK
    out, new_bounds = np.empty(room, np.uint8), np.zeros(strings + 1, np.int64)
    at = 0
    for k in range(strings):
        if len(present) and not present[k]:
            for b in (0x6E, 0x75, 0x6C, 0x6C):  # null
                out[at] = b
                at += 1
        else:
            out[at] = QUOTE
            at += 1
            begin = i = bounds[k]
            while i < bounds[k + 1]:
                if sizes[data[i]] > 1:
                    at = copied(data, begin, i, out, at)
                    for n in range(sizes[data[i]]):
                        out[at + n] = spelled[data[i], n]
                    at += sizes[data[i]]
                    begin = i + 1
                i += 1
            at = copied(data, begin, i, out, at)
            out[at] = QUOTE
            at += 1
        new_bounds[k + 1] = at
    return out[: at + SLACK], new_bounds


def numerals() -> tuple[Keys, Bytes]:
    """Small numbers in decimal digits with `, ` behind, in eight bytes each, and in how many of these.

    # each (SMALL,)
    """
    letters = [f"{number}, ".encode() for number in range(SMALL)]
    eights = np.frombuffer(b"".join(each.ljust(8, b"\0") for each in letters), np.uint64)
    return eights, np.fromiter(map(len, letters), np.uint8, SMALL)


@inner
def written(number: int, out: BytesOut, at: int) -> int:
    """Write a number of 0 or more in decimal digits from byte `at` on; return where it ends."""
    end = at + 1
    rest = number
    while rest >= 10:
        rest //= 10
        end += 1
    rest = number
    for place in range(end - 1, at - 1, -1):
        out[place] = ZERO + rest % 10
        rest //= 10
    return end


@compiled
def json_rows(
    labels: Bytes,
    label_bounds: Longs,
    values: Bytes,
    value_bounds: LongRows,
    words: Bytes,
    word_bounds: Longs,
    codes: Ints,
    starts: Ints,
    ends: Ints,
    ids: Ints,
    offsets: Longs,
    eights: Keys,
    eight_sizes: Bytes,
    out: BytesOut,
) -> int:
    """Write a line for each document: its values, its words, its numbers.

    Args:
        labels, label_bounds: What stands in front of each value, in front of the words, in front of each list of
            numbers, and at the end of the line.  # (columns + 1 + lists + 1 + 1,)
        values: The documents' own values as JSON.
        value_bounds: Where each begins.  # (columns, documents + 1)
        words, word_bounds: The distinct words as JSON, with SLACK behind them, and where each begins.
        codes: Which word each token is.  # (tokens,)
        starts, ends, ids: The lists of numbers of 0 or more, one of each token; the last only if it has a label.
        offsets: Where each document's tokens begin.  # (documents + 1,)
        eights, eight_sizes: `numerals()`.
        out: Filled with the lines; long enough for them and SLACK.

    Returns:
        How many bytes were written.
    """
    at = 0
    for document in range(len(offsets) - 1):
        first, last = offsets[document], offsets[document + 1]
        label = 0
        for column in range(len(value_bounds)):
            at = copied(labels, label_bounds[label], label_bounds[label + 1], out, at)
            at = copied(values, value_bounds[column, document], value_bounds[column, document + 1], out, at)
            label += 1
        for field in range(len(label_bounds) - 2 - len(value_bounds)):
            numbers = starts if field == 1 else ends if field == 2 else ids
            at = copied(labels, label_bounds[label], label_bounds[label + 1], out, at)
            for token in range(first, last):
                if field == 0:
                    at = copied_by_eight(words, word_bounds[codes[token]], word_bounds[codes[token] + 1], out, at)
                else:
                    number = numbers[token]
                    if number < SMALL:
                        put_eight_bytes(out, at, eights[number])
                        at += eight_sizes[number]
                        continue
                    at = written(number, out, at)
                out[at], out[at + 1] = COMMA, BLANK
                at += 2
            at -= 2 if last > first else 0  # nothing stands between the last one and the end of the list
            label += 1
        at = copied(labels, label_bounds[label], label_bounds[label + 1], out, at)
    return at
