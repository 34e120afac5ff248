"""Emoji sequences (UTS #51, definition ED-17): flags, keycaps, and pictographs with their modifiers, joined by ZWJ."""

from __future__ import annotations

from textprep.kernels.compiled import Bytes, inner
from textprep.kernels.utf8 import code_point, width
from textprep.unicode.word_break import CLASS_BITS, CLASSES, FLAGS

A_LETTER, EXTEND, ZWJ, REGIONAL = (CLASSES.index(name) for name in ("ALetter", "Extend", "ZWJ", "Regional_Indicator"))
PICTOGRAPH = FLAGS["Extended_Pictographic"]
EMOJI_STYLE, KEYCAP = 0xFE0F, 0x20E3


@inner
def emoji_end(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """The byte where the emoji that starts at byte i ends, or -1."""
    b = data[i]
    after = i + width(b)
    if b < 0x80:  # a keycap: [0-9#*] U+FE0F? U+20E3
        if not (0x30 <= b <= 0x39 or b == 0x23 or b == 0x2A) or after == end or data[after] < 0x80:
            return -1
        if code_point(data, after) == EMOJI_STYLE:
            after += 3
        return after + 3 if after < end and code_point(data, after) == KEYCAP else -1
    properties = table[code_point(data, i)]
    if properties & CLASS_BITS == REGIONAL:
        if after < end and table[code_point(data, after)] & CLASS_BITS == REGIONAL:
            return after + 4
        return -1
    if not properties & PICTOGRAPH:
        return -1
    if properties & CLASS_BITS == A_LETTER and (after == end or code_point(data, after) != EMOJI_STYLE):
        return -1  # a letter such as U+2139 is an emoji only when the text says so
    i = after
    while i < end:
        kind = table[code_point(data, i)] & CLASS_BITS
        after = i + width(data[i])
        if kind == EXTEND:
            i = after
        elif kind == ZWJ and after < end and table[code_point(data, after)] & PICTOGRAPH:
            i = after + width(data[after])
        else:
            break
    return i
