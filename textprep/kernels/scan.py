"""The scanner: one pass over UTF-8 text that finds tokens, their spans in code points, and which word each one is.

Most text is ASCII words, single spaces and single punctuation marks. Those are recognised eight bytes at a time;
what touches a character beyond ASCII is left to `usual_end`, which looks two characters ahead, and the rest to
`next_boundary`; all paths give the same segments.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textprep.kernels.boundaries import EXTEND, FORMAT, SPACE as SPACE_CLASS, ZWJ, next_boundary, usual_end
from textprep.kernels.compiled import Bytes, BytesOut, IntsOut, Longs, LongsOut, Shorts, SlotsOut, compiled, inner
from textprep.kernels.patterns import EMAILS, EMOJI, URLS, cut_at_colon, pattern_end
from textprep.kernels.utf8 import characters_in, code_point, eight_bytes, item, trailing_zeros, width
from textprep.kernels.word_table import (
    GOLDEN,
    HIGH,
    LONG,
    letters_among,
    long_key,
    lower_byte,
    same_bytes,
    short_key,
    slot_shift,
)
from textprep.unicode.word_break import CLASS_BITS, CLASSES, FLAGS

WHITE = FLAGS["White_Space"]

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
    after_letters = 1 << SPACE | 1 << MARK | 1 << NUMBER_MID
    after_mark = (1 << BEYOND) - 1
    ends = np.zeros(256, np.uint16)
    for byte, kind in enumerate(kinds.tolist()):
        if kind == LETTER:
            ends[byte] = after_letters
        elif kind in (MARK, LETTER_MID, NUMBER_MID, BOTH_MID):
            ends[byte] = after_mark
    return ends


@inner
def leading(letters: np.uint64) -> np.int64:
    """How many of eight bytes, from the lowest on, are letters, by what `letters_among` says of them."""
    return np.int64(trailing_zeros(~letters & HIGH) >> np.uint64(3))


@inner
def run_end(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """Where the run of white space, or of anything but white space, that starts at byte i ends."""
    white = table[code_point(data, i)] & WHITE
    while i < end and table[code_point(data, i)] & WHITE == white:
        i += width(data[i])
    return i


@inner
def ends_space(data: Bytes, i: int, table: Bytes) -> bool:
    """Whether the character at byte i surely does not belong to a segment with the space in front of it."""
    b = item(data, i)
    if b < 0x80:
        return b != 0x20
    kind = item(table, code_point(data, i)) & CLASS_BITS
    return kind not in (SPACE_CLASS, EXTEND, FORMAT, ZWJ)


@inner
def ends_plainly(data: Bytes, i: int, j: int, end: int, kinds: Bytes, plain: Shorts) -> bool:
    """Whether the letters or the one mark in bytes i..j surely are a segment; j < end."""
    behind = item(kinds, item(data, j))
    if (item(plain, item(data, i)) >> behind) & 1:
        return True
    # A mark joins letters only to letters: not in "end. Then".
    letters = item(kinds, item(data, i)) == LETTER
    return (
        letters and behind >= LETTER_MID and j + 1 < end and item(kinds, item(data, j + 1)) <= MARK and behind != BEYOND
    )


@inner
def segment_end(
    data: Bytes, begin: int, i: int, end: int, table: Bytes, runs: bool, patterns: int
) -> tuple[int, int, bool]:
    """Where the segment at byte i of the text begin..end ends, its characters, and whether it is white space."""
    if patterns:
        j = pattern_end(data, begin, i, end, table, patterns)
        if j >= 0:
            return j, characters_in(data, i, j), False
    maybe_white = table[code_point(data, i)] & WHITE != 0
    if runs:
        j = run_end(data, i, end, table)
        return j, characters_in(data, i, j), maybe_white
    j = -1
    if not (maybe_white or patterns & EMOJI):
        j, characters = usual_end(data, i, end, table)
    if j < 0:
        j, characters = next_boundary(data, i, end, table, patterns & EMOJI != 0)
    white = maybe_white and run_end(data, i, j, table) == j
    if patterns & (URLS | EMAILS) and not white:
        j = cut_at_colon(data, i, j, end, table, patterns)
        characters = characters_in(data, i, j)
    return j, characters, white


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
    letters: BytesOut,
    bounds: LongsOut,
    codes: IntsOut,
    starts: IntsOut,
    ends: IntsOut,
    token_offsets: LongsOut,
    state: LongsOut,
) -> bool:
    """Find the tokens of every document; stop when there is no room for one, to be called again with more.

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
        letters: Filled with the distinct words' bytes, in order of appearance.
        bounds: Filled with where each distinct word begins in `letters`, at first 0.  # (room for words + 1,)
        codes, starts, ends: Filled with each token's word and its span in code points.
        token_offsets: Filled with where each document's tokens begin.  # (documents + 1,)
        state: Document, byte, position, tokens and types so far, at first the first byte and zeros.  # (5,)

    Returns:
        Whether all documents are done.
    """
    shift, last_slot = slot_shift(slots), len(slots) - 1
    document, i, position, tokens, types = state[0], state[1], state[2], state[3], state[4]
    full, simple = False, not runs and not patterns
    fold = HIGH if lower else np.uint64(0)
    while document < len(offsets) - 1:
        begin, end = offsets[document], offsets[document + 1]
        if i == begin:
            token_offsets[document] = tokens
        while i < end:
            # Where the segment that starts at byte i ends, and how many characters it has. Most are a run of ASCII
            # letters or one mark, with something behind it that surely does not join it.
            eight = eight_bytes(data, i)
            here = letters_among(eight)
            size = run = leading(here)
            while run == 8 and i + size < end:
                run = leading(letters_among(eight_bytes(data, i + size)))
                size += run
            size = max(size, np.int64(1))
            j = i + size
            if simple and j < end and ends_plainly(data, i, j, end, kinds, plain):
                characters = size
            else:
                j, characters, white = segment_end(data, begin, i, end, table, runs, patterns)
                size = j - i
                if white:
                    position += characters
                    i = j
                    continue
            if tokens == len(codes):
                full = True
                break

            # Which word it is.
            key = short_key(eight | (here & fold) >> np.uint64(2), size)
            if size >= 8:
                key = long_key(data, i, size, lower)
            at = np.int64((key * GOLDEN) >> shift)
            while slots[at, 0] != 0:
                if slots[at, 0] == key:
                    if key < LONG:
                        break
                    code = np.int64(slots[at, 1])
                    first = bounds[code]
                    if bounds[code + 1] - first == size and same_bytes(letters, first, data, i, size, lower):
                        break
                at = (at + 1) & last_slot
            if slots[at, 0] == 0:
                first = bounds[types]
                if types + 1 == len(bounds) or first + size > len(letters):
                    full = True
                    break
                slots[at, 0], slots[at, 1] = key, np.uint64(types)
                for k in range(size):
                    letters[first + k] = lower_byte(data[i + k], lower)
                types += 1
                bounds[types] = first + size

            codes[tokens] = slots[at, 1]
            starts[tokens] = position
            position += characters
            ends[tokens] = position
            tokens += 1
            i = j
            if i + 1 < end and item(data, i) == 0x20 and ends_space(data, i + 1, table):
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
