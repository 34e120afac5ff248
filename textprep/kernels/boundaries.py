"""Unicode word boundaries over UTF-8 bytes (UAX #29, revision for Unicode 17.0, rules WB1 to WB999).

The text must be valid UTF-8. `table` is `word_break_table()`. Segments are found one after the other, each from
its own start, because no rule looks back past a boundary.
"""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import Bytes, inner
from textprep.kernels.emoji import emoji_end
from textprep.kernels.utf8 import code_point, item, width
from textprep.unicode.word_break import CLASS_BITS, CLASSES, FLAGS

A_LETTER, HEBREW, NUMERIC, KATAKANA, EXTEND_NUM_LET = (
    CLASSES.index(name) for name in ("ALetter", "Hebrew_Letter", "Numeric", "Katakana", "ExtendNumLet")
)
EXTEND, FORMAT, ZWJ = (CLASSES.index(name) for name in ("Extend", "Format", "ZWJ"))
MID_LETTER, MID_NUM, MID_NUM_LET = (CLASSES.index(name) for name in ("MidLetter", "MidNum", "MidNumLet"))
SINGLE_QUOTE, DOUBLE_QUOTE = CLASSES.index("Single_Quote"), CLASSES.index("Double_Quote")
REGIONAL, SPACE = CLASSES.index("Regional_Indicator"), CLASSES.index("WSegSpace")
CR, LF, NEWLINE = (CLASSES.index(name) for name in ("CR", "LF", "Newline"))
PICTOGRAPH = FLAGS["Extended_Pictographic"]

BRIDGE = 30  # stands for a mid-word character whose right neighbour has been seen and joins
ROW = 32  # classes, and room

BOUNDARY, JOINED, SKIPPED, UNSURE = range(4)


def _first_looks() -> Bytes:
    """What two neighbouring classes tell at once, the left one's rows one behind the other.  # (ROW * ROW,)"""
    looks = np.full((ROW, ROW), BOUNDARY, np.uint8)  # WB999
    word = [A_LETTER, HEBREW, NUMERIC, EXTEND_NUM_LET]
    looks[np.ix_(word, word)] = JOINED  # WB5, WB8, WB9, WB10, WB13a, WB13b
    looks[[KATAKANA, KATAKANA, EXTEND_NUM_LET], [KATAKANA, EXTEND_NUM_LET, KATAKANA]] = JOINED  # WB13, WB13a, WB13b
    looks[np.ix_([A_LETTER, HEBREW], [MID_LETTER, MID_NUM_LET, SINGLE_QUOTE])] = UNSURE  # WB6, WB7a
    looks[HEBREW, DOUBLE_QUOTE] = UNSURE  # WB7b
    looks[NUMERIC, [MID_NUM, MID_NUM_LET, SINGLE_QUOTE]] = UNSURE  # WB12
    looks[BRIDGE] = JOINED  # WB7, WB7c, WB11
    looks[[REGIONAL, SPACE], [REGIONAL, SPACE]] = UNSURE  # WB15, WB3d
    looks[ZWJ] = UNSURE  # WB3c
    looks[:, [EXTEND, FORMAT]] = SKIPPED  # WB4
    looks[:, ZWJ] = UNSURE  # WB4, and perhaps WB3c
    return looks.ravel()


FIRST_LOOKS = _first_looks()


@inner
def usual_end(data: Bytes, i: int, end: int, table: Bytes) -> tuple[int, int]:
    """As `next_boundary` for a segment that is no white space; -1 in the rare cases where more must be looked at."""
    left = int(item(table, code_point(data, i))) & CLASS_BITS
    i += width(item(data, i))
    characters = 1
    while i < end:
        right = int(item(table, code_point(data, i))) & CLASS_BITS
        after = i + width(item(data, i))
        look = item(FIRST_LOOKS, ROW * left + right)
        if look == BOUNDARY:
            break
        if look == JOINED:
            left = right
        elif look == UNSURE:
            following = int(item(table, code_point(data, after))) & CLASS_BITS if after < end else BRIDGE
            if left not in (A_LETTER, NUMERIC) or right == ZWJ or following in (EXTEND, FORMAT, ZWJ, HEBREW):
                i = -1
                break
            if following != left:
                break
        i = after
        characters += 1
    return i, characters


@inner
def class_after_extenders(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """The class of the first character from byte i on that WB4 does not skip; -1 at the end of the text."""
    while i < end:
        kind = int(table[code_point(data, i)]) & CLASS_BITS
        if kind not in (EXTEND, FORMAT, ZWJ):
            return kind
        i += width(data[i])
    return -1


@inner
def next_boundary(data: Bytes, i: int, end: int, table: Bytes, emoji: bool) -> tuple[int, int]:
    """The byte where the segment that starts at byte i < end ends, and its characters.

    With `emoji` it also ends in front of every emoji.
    """
    left = int(item(table, code_point(data, i))) & CLASS_BITS  # the last character that WB4 does not skip
    raw = left  # the last character as it is
    i += width(item(data, i))
    characters = 1
    if left == CR and i < end and item(data, i) == 0x0A:
        return i + 1, 2  # WB3
    if left in (CR, LF, NEWLINE):
        return i, 1  # WB3a
    while i < end:
        if emoji and emoji_end(data, i, end, table) > 0:
            break
        properties = int(item(table, code_point(data, i)))
        kind = properties & CLASS_BITS
        after = i + width(item(data, i))
        look = item(FIRST_LOOKS, ROW * left + kind)
        if look == JOINED or (raw == ZWJ and properties & PICTOGRAPH):  # WB3c
            left = kind
        elif look == UNSURE:
            left = joined(left, raw, kind, data, after, end, table)
            if left < 0:
                break
        elif look == BOUNDARY:
            break
        raw = kind
        i = after
        characters += 1
    return i, characters


@inner
def joined(left: int, raw: int, right: int, data: Bytes, after: int, end: int, table: Bytes) -> int:
    """The class to go on with if there is no boundary between two classes that do not tell it at once, or -1."""
    if right == ZWJ:
        return left  # WB4
    if left == ZWJ:
        return -1  # but for WB3c
    if left == REGIONAL:
        return 0  # WB15, WB16: a pair is whole, a third one starts the next
    if left == SPACE:
        return SPACE if raw == SPACE else -1  # WB3d
    following = class_after_extenders(data, after, end, table)
    if left == NUMERIC:
        return BRIDGE if following == NUMERIC else -1  # WB12
    if right == DOUBLE_QUOTE:
        return BRIDGE if following == HEBREW else -1  # WB7b
    if following in (A_LETTER, HEBREW):
        return BRIDGE  # WB6
    return SINGLE_QUOTE if left == HEBREW and right == SINGLE_QUOTE else -1  # WB7a
