"""Markup in UTF-8 text: where tags, comments and character references stand.

The grammar is that of `textprep.normalize.html`, which says what each part is. All that decides is ASCII, so bytes are
compared and characters beyond ASCII are passed over.
"""

from __future__ import annotations

import string

import numpy as np

from textprep.kernels.compiled import Bytes, Keys, Longs, compiled, inner

NOTHING, A_SPACE, REFERENCE = range(3)  # what stands in the place of a piece of markup
LONGEST_KEY = 8
NAMES = ("doctype", "script", "style")  # the last two go with all they hold
RAW_NAMES = 2
LESS, GREATER, SLASH, HYPHEN, SEMICOLON, EXCLAMATION, HASH, SMALL_X = map(ord, "<>/-;!#x")
LETTER, DIGIT, HEXADECIMAL, IN_NAME, WHITE = (1 << bit for bit in range(5))


def byte_classes() -> Bytes:
    """What each byte is to the grammar, in bits.  # (256,)"""
    sets = {LETTER: string.ascii_letters, DIGIT: string.digits, HEXADECIMAL: string.hexdigits, WHITE: " \t\n\r\f\v"}
    sets[IN_NAME] = sets[LETTER] + sets[DIGIT] + "-"
    classes = np.zeros(256, np.uint8)
    for bit, characters in sets.items():
        classes[list(characters.encode())] |= bit
    return classes


@inner
def run_end(data: Bytes, i: int, end: int, classes: Bytes, wanted: int) -> int:
    """Where the run of bytes of a class that may start at byte i ends."""
    while i < end and classes[data[i]] & wanted:
        i += 1
    return i


@inner
def name_key(data: Bytes, i: int, j: int) -> np.uint64:
    """A name of up to eight letters as a number, as `int.from_bytes` gives it for small letters; else 0."""
    key = np.uint64(0)
    if j - i <= LONGEST_KEY:
        for k in range(i, j):
            key = key << np.uint64(8) | np.uint64(data[k] | 0x20)
    return key


@inner
def tag_end(data: Bytes, i: int, end: int) -> int:
    """Behind the `>` that comes at byte i or later; -1 if `<` or the end of the text comes first."""
    while i < end and data[i] != GREATER:
        if data[i] == LESS:
            return -1
        i += 1
    return i + 1 if i < end else -1


@inner
def comment_end(data: Bytes, i: int, end: int) -> int:
    """Behind the `-->` of a comment whose content starts at byte i, or the end of the text."""
    while i + 2 < end:
        if data[i] == HYPHEN and data[i + 1] == HYPHEN and data[i + 2] == GREATER:
            return i + 3
        i += 1
    return end


@inner
def raw_end(data: Bytes, i: int, end: int, classes: Bytes, key: np.uint64, size: int) -> int:
    """Behind the closing tag of a script or style sheet whose name has this key and size, or the end of the text."""
    while i + 2 + size < end:
        if data[i] == LESS and data[i + 1] == SLASH and name_key(data, i + 2, i + 2 + size) == key:
            j = run_end(data, i + 2 + size, end, classes, WHITE)
            if j < end and data[j] == GREATER:
                return j + 1
        i += 1
    return end


@inner
def reference_end(data: Bytes, i: int, end: int, classes: Bytes) -> int:
    """Behind the character reference whose content starts at byte i; -1 if there is none."""
    least, most, wanted = 2, 32, LETTER | DIGIT
    if i < end and data[i] == HASH:
        i += 1
        least, most, wanted = 1, 7, DIGIT
        if i < end and data[i] | 0x20 == SMALL_X:
            i += 1
            most, wanted = 6, HEXADECIMAL
    elif i < end and classes[data[i]] & DIGIT:
        return -1
    j = run_end(data, i, min(end, i + most + 1), classes, wanted)
    return j + 1 if least <= j - i <= most and j < end and data[j] == SEMICOLON else -1


@inner
def markup(data: Bytes, i: int, end: int, classes: Bytes, names: Keys) -> tuple[int, int]:
    """Where the markup at byte i ends, or -1 if there is none, and what stands in its place."""
    if data[i] != LESS:
        return reference_end(data, i + 1, end, classes), REFERENCE
    j = i + 1
    if j + 2 < end and data[j] == EXCLAMATION and data[j + 1] == HYPHEN and data[j + 2] == HYPHEN:
        return comment_end(data, j + 3, end), A_SPACE
    if j + 8 <= end and data[j] == EXCLAMATION and name_key(data, j + 1, j + 8) == names[0]:
        return tag_end(data, j + 8, end), A_SPACE
    closing = j < end and data[j] == SLASH
    j += closing
    begin = j
    if j < end and classes[data[j]] & LETTER:
        j = run_end(data, j, end, classes, IN_NAME)
    if j in (begin, end):
        return -1, A_SPACE
    key, kind = name_key(data, begin, j), A_SPACE
    for k in range(1, len(names)):
        if key == names[k]:
            kind = NOTHING
            if k <= RAW_NAMES:
                kind = A_SPACE
                if not closing and (classes[data[j]] & WHITE or data[j] == SLASH or data[j] == GREATER):
                    return raw_end(data, j, end, classes, key, j - begin), A_SPACE
    if classes[data[j]] & WHITE:
        return tag_end(data, j, end), kind
    j += data[j] == SLASH
    return j + 1 if j < end and data[j] == GREATER else -1, kind


@compiled
def find_markup(data: Bytes, offsets: Longs, marks: Longs, classes: Bytes, names: Keys) -> tuple[Longs, Longs, Bytes]:
    """Find the markup of all documents.

    Args:
        data: The documents' UTF-8 bytes, one behind the other.
        offsets: Where each document begins in `data`.  # (documents + 1,)
        marks: The places of all `<` and `&` in `data`.  # (marks,)
        classes: `byte_classes()`.
        names: The keys of NAMES and, behind them, of the tags that go without leaving a space.

    Returns:
        First byte, byte behind the end, and NOTHING, A_SPACE or REFERENCE, of each piece.  # each (pieces,)
    """
    begins, ends, kinds = np.empty_like(marks), np.empty_like(marks), np.empty(len(marks), np.uint8)
    found = document = 0
    done = offsets[0]
    for i in marks:
        if i < done:
            continue
        while offsets[document + 1] <= i:
            document += 1
        end, kind = markup(data, i, offsets[document + 1], classes, names)
        if end >= 0:
            begins[found], ends[found], kinds[found] = i, end, kind
            found += 1
            done = end
    return begins[:found], ends[:found], kinds[:found]
