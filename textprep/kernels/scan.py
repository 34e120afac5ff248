"""The scanner: one pass over UTF-8 text that finds tokens, their spans in code points, and which word each one is.

Most text is ASCII words, single spaces and single punctuation marks. Those are recognised eight bytes at a time;
whatever touches a character beyond ASCII is left to `next_boundary`, so all paths give the same segments.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textprep.kernels.boundaries import next_boundary
from textprep.kernels.compiled import Bytes, IntsOut, Longs, LongsOut, Shorts, SlotsOut, compiled, inner
from textprep.kernels.patterns import EMAILS, EMOJI, URLS, cut_at_colon, pattern_end
from textprep.kernels.utf8 import characters_in, code_point, eight_bytes, width
from textprep.kernels.word_table import (
    GOLDEN,
    HIGH,
    LONG,
    folded,
    letters_among,
    long_key,
    same_bytes,
    short_key,
    slot_shift,
)
from textprep.unicode.word_break import CLASS_BITS, CLASSES, FLAGS

WHITE = FLAGS["White_Space"]
BYTE_INDEX = np.uint64(0x0001020304050607)

# What a byte is to the fast paths.
SPACE, MARK, LETTER, DIGIT, JOINER, LETTER_MID, NUMBER_MID, BOTH_MID, BEYOND = range(9)


def byte_kinds(table: Bytes) -> Bytes:
    """The fast paths' view of the byte values, derived from the Unicode table.  # (256,)"""
    of_class = {
        "ALetter": LETTER,
        "Numeric": DIGIT,
        "ExtendNumLet": JOINER,
        "MidLetter": LETTER_MID,
        "MidNum": NUMBER_MID,
        "MidNumLet": BOTH_MID,
        "Single_Quote": BOTH_MID,
    }
    kinds = np.full(256, BEYOND, np.uint8)
    for byte in range(128):
        kinds[byte] = SPACE if table[byte] & WHITE else of_class.get(CLASSES[table[byte] & CLASS_BITS], MARK)
    return kinds


def plain_ends(kinds: Bytes) -> npt.NDArray[np.uint16]:
    """Where a run of letters or one mark surely ends.

    Bit k of entry b says that it does in front of a byte of kind k, if it starts with byte b.  # (256,)
    """
    after_letters = 1 << SPACE | 1 << MARK
    after_mark = (1 << BEYOND) - 1
    ends = np.zeros(256, np.uint16)
    for byte, kind in enumerate(kinds.tolist()):
        if kind == LETTER:
            ends[byte] = after_letters
        elif kind in (MARK, LETTER_MID, NUMBER_MID, BOTH_MID):
            ends[byte] = after_mark
    return ends


@inner
def leading_letters(eight: np.uint64) -> np.int64:
    """How many of eight bytes, from the lowest on, are ASCII letters; all are examined at once."""
    others = ~letters_among(eight) & HIGH
    if others == 0:
        return np.int64(8)
    first = (others & (~others + np.uint64(1))) >> np.uint64(7)
    return np.int64((first * BYTE_INDEX) >> np.uint64(56))


@inner
def ascii_segment_end(data: Bytes, i: int, end: int, kinds: Bytes) -> int:
    """Where the segment at byte i ends if neither it nor the byte behind it is beyond ASCII; else -1."""
    kind = kinds[data[i]]
    j = i + 1
    if kind < LETTER or kind > JOINER:  # a white-space character or a mark
        return -1 if kind == BEYOND or (j < end and (data[j] >= 0x80 or data[i] == data[j] == 0x20)) else j
    while j < end:
        right = kinds[data[j]]
        if right < LETTER:
            return j
        if right > JOINER:
            if right == BEYOND:
                return -1
            if j + 1 == end:
                return j
            left, after = kinds[data[j - 1]], kinds[data[j + 1]]  # does the mark stand between two of a kind?
            if after == BEYOND:
                return -1
            if left != after or not (
                (left == LETTER and right != NUMBER_MID) or (left == DIGIT and right != LETTER_MID)
            ):
                return j
        j += 1
    return j


@inner
def run_end(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """Where the run of white space, or of anything but white space, that starts at byte i ends."""
    white = table[code_point(data, i)] & WHITE
    while i < end and table[code_point(data, i)] & WHITE == white:
        i += width(data[i])
    return i


@compiled
def scan(
    data: Bytes,
    offsets: Longs,
    table: Bytes,
    kinds: Bytes,
    plain: Shorts,
    runs: bool,
    patterns: int,
    lower: bool,
    slots: SlotsOut,
    begins: LongsOut,
    sizes: IntsOut,
    codes: IntsOut,
    starts: IntsOut,
    ends: IntsOut,
    token_offsets: LongsOut,
    state: LongsOut,
) -> bool:
    """Find the tokens of every document; stop when `begins` or `codes` is full, to be called again with more room.

    Args:
        data: The documents' UTF-8 bytes, one behind the other, and `textprep.texts.PADDING` readable bytes.
        offsets: Where each document begins in `data`.  # (documents + 1,)
        table: `word_break_table()`.
        kinds: `byte_kinds(table)`.
        plain: `plain_ends(kinds)`.
        runs: Whether tokens are runs of anything but white space instead of words.
        patterns: Which patterns are kept whole (bits of `kernels.patterns`).
        lower: Whether words that differ in the case of ASCII letters only are one word.
        slots: The hash table: each word's key and code.  # (a power of two, 2)
        begins, sizes: Filled with each distinct word's first byte and number of bytes, in order of appearance.
        codes, starts, ends: Filled with each token's word and its span in code points.
        token_offsets: Filled with where each document's tokens begin.  # (documents + 1,)
        state: Document, byte, position, tokens and types so far, at first the first byte and zeros.  # (5,)

    Returns:
        Whether all documents are done.
    """
    shift, last_slot = slot_shift(slots), len(slots) - 1
    document, i, position, tokens, types = state[0], state[1], state[2], state[3], state[4]
    full = False
    while document < len(offsets) - 1:
        begin, end = offsets[document], offsets[document + 1]
        if i == begin:
            token_offsets[document] = tokens
        while i < end:
            # Where the segment that starts at byte i ends, and how many characters it has.
            j = np.int64(-1)
            characters = np.int64(0)
            eight = eight_bytes(data, i)
            if patterns:
                j = pattern_end(data, begin, i, end, table, patterns)
                characters = characters_in(data, i, j)
            if j < 0 and not runs:
                size = more = leading_letters(eight)
                while more == 8 and i + size < end:
                    more = leading_letters(eight_bytes(data, i + size))
                    size += more
                characters = max(size, np.int64(1))
                if i + characters < end and (plain[data[i]] >> kinds[data[i + characters]]) & 1:
                    j = i + characters
            if j < 0:
                white = kinds[data[i]] == SPACE
                if not runs:
                    j = ascii_segment_end(data, i, end, kinds)
                if j >= 0:
                    characters = j - i
                else:
                    if runs:
                        j = run_end(data, i, end, table)
                    else:
                        j = next_boundary(data, i, end, table, patterns & EMOJI != 0)
                    characters = characters_in(data, i, j)
                    white = table[code_point(data, i)] & WHITE != 0 and run_end(data, i, j, table) == j
                if white:
                    position += characters
                    i = j
                    continue
                if patterns & (URLS | EMAILS):
                    j = cut_at_colon(data, i, j, end, table, patterns)
                    characters = characters_in(data, i, j)
            if tokens == len(codes):
                full = True
                break

            # Which word it is.
            size = j - i
            key = short_key(folded(eight, lower), size) if size < 8 else long_key(data, i, size, lower)
            at = np.int64((key * GOLDEN) >> shift)
            code = np.int64(-1)
            while code < 0:
                if slots[at, 0] == key:
                    found = np.int64(slots[at, 1])
                    if key < LONG or (sizes[found] == size and same_bytes(data, begins[found], data, i, size, lower)):
                        code = found
                elif slots[at, 0] == 0:
                    if types == len(begins):
                        full = True
                        break
                    code = types
                    slots[at, 0], slots[at, 1] = key, np.uint64(code)
                    begins[code], sizes[code] = i, size
                    types += 1
                at = (at + 1) & last_slot
            if full:
                break

            codes[tokens] = code
            starts[tokens] = position
            position += characters
            ends[tokens] = position
            tokens += 1
            i = j
            if i + 1 < end and data[i] == 0x20 and 0x20 != data[i + 1] < 0x80:  # a single space is a segment of its own
                position += 1
                i += 1
        if full:
            break
        document += 1
        position = 0
    if not full:
        token_offsets[document] = tokens
    state[0], state[1], state[2], state[3], state[4] = document, i, position, tokens, types
    return not full
