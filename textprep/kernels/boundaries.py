"""Unicode word boundaries over UTF-8 bytes (UAX #29, revision for Unicode 17.0, rules WB1 to WB999).

The text must be valid UTF-8. `table` is `word_break_table()`. Segments are found one after the other, each from
its own start, because no rule looks back past a boundary.
"""

from __future__ import annotations

from textprep.kernels.compiled import Bytes, inner
from textprep.kernels.emoji import emoji_end
from textprep.kernels.utf8 import code_point, width
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
def next_boundary(data: Bytes, i: int, end: int, table: Bytes, emoji: bool) -> int:
    """The byte where the segment that starts at byte i < end ends; with `emoji`, also in front of every emoji."""
    left = int(table[code_point(data, i)]) & CLASS_BITS  # the last character that WB4 does not skip
    raw = left  # the last character as it is
    i += width(data[i])
    if left == CR:
        return i + 1 if i < end and data[i] == 0x0A else i  # WB3
    if left in (LF, NEWLINE):
        return i  # WB3a
    while i < end:
        if emoji and emoji_end(data, i, end, table) > 0:
            return i
        properties = int(table[code_point(data, i)])
        kind = properties & CLASS_BITS
        after = i + width(data[i])
        if kind in (CR, LF, NEWLINE):
            return i  # WB3b
        if raw == ZWJ and properties & PICTOGRAPH:
            left = kind  # WB3c
        elif raw == SPACE and kind == SPACE:
            pass  # WB3d
        elif kind in (EXTEND, FORMAT, ZWJ):
            pass  # WB4
        else:
            left = joined(left, kind, data, after, end, table)
            if left < 0:
                return i
        raw = kind
        i = after
    return end


@inner
def joined(left: int, right: int, data: Bytes, after: int, end: int, table: Bytes) -> int:
    """The class to go on with if there is no boundary between two classes (WB5 to WB16), or -1 if there is one."""
    if left == BRIDGE:
        return right  # WB7, WB7c, WB11
    letter = left in (A_LETTER, HEBREW)
    if letter or left in (NUMERIC, EXTEND_NUM_LET):
        if right in (A_LETTER, HEBREW, NUMERIC, EXTEND_NUM_LET):
            return right  # WB5, WB8, WB9, WB10, WB13a, WB13b
        if left == EXTEND_NUM_LET and right == KATAKANA:
            return right  # WB13b
        if letter:
            if right in (MID_LETTER, MID_NUM_LET, SINGLE_QUOTE):
                if class_after_extenders(data, after, end, table) in (A_LETTER, HEBREW):
                    return BRIDGE  # WB6
                if left == HEBREW and right == SINGLE_QUOTE:
                    return SINGLE_QUOTE  # WB7a
            if left == HEBREW and right == DOUBLE_QUOTE and class_after_extenders(data, after, end, table) == HEBREW:
                return BRIDGE  # WB7b
        if (
            left == NUMERIC
            and right in (MID_NUM, MID_NUM_LET, SINGLE_QUOTE)
            and class_after_extenders(data, after, end, table) == NUMERIC
        ):
            return BRIDGE  # WB12
    elif left == KATAKANA:
        if right in (KATAKANA, EXTEND_NUM_LET):
            return right  # WB13, WB13a
    elif left == REGIONAL and right == REGIONAL:
        return 0  # WB15, WB16: a pair is whole, a third one starts the next
    return -1  # WB999
