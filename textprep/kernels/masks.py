"""Finding what `textprep.normalize.mask` masks, which says what each kind is; linear in the bytes for any text.

A byte that only few characters share (`@`, `#`, `:`, `w`, a digit) triggers a closer look, forwards and backwards; what
is looked at without being taken is bounded, or holds no other trigger of the same kind.
"""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import Bytes, LongRowsOut, Longs, compiled, inner
from textprep.kernels.patterns import (
    CONTINUE,
    MAX_LOCAL_PART,
    MAX_SCHEME,
    email_end,
    follows_word,
    is_alphanumeric,
    is_letter,
    url_body_end,
)
from textprep.kernels.phones import phone_end
from textprep.kernels.utf8 import code_point, width
from textprep.unicode.word_break import CLASS_BITS, CLASSES

URL, EMAIL, MENTION, HASHTAG, PHONE = range(5)
TRIGGERS = {URL: b":wW", EMAIL: b"@", MENTION: b"@\xef", HASHTAG: b"#\xef", PHONE: b"+(0123456789"}
LONGEST_NAME = 20

COLON, SLASH, AT, HASH, UNDERSCORE, DOT, PLUS, HYPHEN, PERCENT, AMPERSAND = map(ord, ":/@#_.+-%&")
NOT_BEFORE_MENTION = tuple(map(ord, "!#$%&*"))
WIDE_AT, WIDE_HASH = 0xFF20, 0xFF03
OTHER, A_LETTER, HEBREW, KATAKANA = (CLASSES.index(name) for name in ("Other", "ALetter", "Hebrew_Letter", "Katakana"))


def triggers(kinds: int) -> Bytes:
    """The kinds that each byte may belong to, in bits, of those asked for, in bits.  # (256,)"""
    table = np.zeros(256, np.uint8)
    for kind, characters in TRIGGERS.items():
        table[list(characters)] |= kinds & 1 << kind
    return table


@inner
def is_name(b: int) -> bool:
    """Whether the byte is an ASCII letter, a digit or `_`."""
    return is_alphanumeric(b) or b == UNDERSCORE


@inner
def point_before(data: Bytes, begin: int, i: int) -> int:
    """The code point in front of byte i, or -1 where the text begins."""
    if i == begin:
        return -1
    i -= 1
    while data[i] & 0xC0 == 0x80:
        i -= 1
    return code_point(data, i)


@inner
def begins_scheme_end(data: Bytes, i: int, end: int) -> bool:
    """Whether `://` stands at byte i."""
    return i + 2 < end and data[i] == COLON and data[i + 1] == SLASH and data[i + 2] == SLASH


@inner
def url_at(data: Bytes, begin: int, done: int, i: int, end: int, table: Bytes) -> tuple[int, int]:
    """The URL whose `://` or `www.` stands at byte i: first byte and byte behind its end, -1 if there is none."""
    if data[i] != COLON:
        www = i + 3 < end and data[i + 1] | 0x20 == data[i + 2] | 0x20 == data[i] | 0x20 and data[i + 3] == DOT
        if not www or (i > begin and (is_name(data[i - 1]) or data[i - 1] in (DOT, HYPHEN, AT, PERCENT, PLUS))):
            return i, -1
        return i, url_body_end(data, i + 4, end, table)
    if not begins_scheme_end(data, i, end):
        return i, -1
    first = i
    while first > done and i - first < MAX_SCHEME:
        b = data[first - 1]
        if not (is_alphanumeric(b) or b in (PLUS, HYPHEN)):
            break
        first -= 1
    while first < i and not (is_letter(data[first]) and (first == begin or not is_alphanumeric(data[first - 1]))):
        first += 1
    return first, url_body_end(data, i + 3, end, table) if first < i else -1


@inner
def email_at(data: Bytes, begin: int, done: int, i: int, end: int, table: Bytes) -> tuple[int, int]:
    """The address whose `@` stands at byte i: first byte and byte behind its end, -1 if there is none."""
    first = i
    while first > done and i - first < MAX_LOCAL_PART:
        b = data[first - 1]
        if not (is_alphanumeric(b) or b in (DOT, UNDERSCORE, PERCENT, PLUS, HYPHEN)):
            break
        first -= 1
    while first < i and not (is_alphanumeric(data[first]) and not follows_word(data, begin, first, table)):
        first += 1
    return first, email_end(data, first, end, table) if first < i else -1


@inner
def is_latin(point: int) -> bool:
    """Whether the code point is a Latin letter beyond ASCII, or an accent on one."""
    if 0xC0 <= point <= 0x24F:
        return point != 0xD7 and point != 0xF7
    return 0x300 <= point <= 0x36F or 0x1E00 <= point <= 0x1EFF


@inner
def mention_end(data: Bytes, begin: int, i: int, end: int) -> int:
    """The end of the mention whose `@` stands at byte i, or -1."""
    before = point_before(data, begin, i)
    if before in (AT, WIDE_AT) or before in NOT_BEFORE_MENTION or (0 <= before < 0x80 and is_name(before)):
        return -1
    first = i + width(data[i])
    j = first
    while j < end and j - first <= LONGEST_NAME and is_name(data[j]):
        j += 1
    if j == first or j - first > LONGEST_NAME:
        return -1
    if j < end:
        behind = code_point(data, j)
        if behind in (AT, WIDE_AT) or is_latin(behind) or begins_scheme_end(data, j, end):
            return -1
    return j


@inner
def hashtag_end(data: Bytes, begin: int, i: int, end: int, table: Bytes) -> int:
    """The end of the hashtag whose `#` stands at byte i, or -1."""
    before = point_before(data, begin, i)
    if before >= 0 and (before == AMPERSAND or table[before] & CONTINUE):
        return -1
    j = i + width(data[i])
    named = False
    while j < end:
        properties = table[code_point(data, j)]
        if not properties & CONTINUE:
            break
        kind = properties & CLASS_BITS
        named |= kind in (OTHER, A_LETTER, HEBREW, KATAKANA)
        j += width(data[j])
    if not named:
        return -1
    if j < end:
        behind = code_point(data, j)
        if behind in (HASH, WIDE_HASH) or begins_scheme_end(data, j, end):
            return -1
    return j


@inner
def masked_at(data: Bytes, begin: int, done: int, i: int, end: int, table: Bytes, kinds: int) -> tuple[int, int, int]:
    """What byte i triggers: first byte, byte behind its end (-1 if there is nothing), and kind."""
    b = data[i]
    if b == COLON or b | 0x20 == 0x77:
        first, last = url_at(data, begin, done, i, end, table)
        return first, last, URL
    if b == AT and kinds & 1 << EMAIL:
        first, last = email_at(data, begin, done, i, end, table)
        if last >= 0:
            return first, last, EMAIL
    sign = code_point(data, i) if b >= 0x80 else b
    if kinds & 1 << MENTION and sign in (AT, WIDE_AT):
        return i, mention_end(data, begin, i, end), MENTION
    if kinds & 1 << HASHTAG and sign in (HASH, WIDE_HASH):
        return i, hashtag_end(data, begin, i, end, table), HASHTAG
    if b in (AT, HASH) or b >= 0x80:
        return i, -1, PHONE
    last = phone_end(data, begin, i, end)
    if last < 0 or not kinds & 1 << EMAIL or not is_alphanumeric(b) or follows_word(data, begin, i, table):
        return i, last, PHONE
    found = email_end(data, i, end, table)  # an address that begins here is found at its @
    return i, -1 if found >= 0 else last, PHONE


@compiled
def find_masked(data: Bytes, offsets: Longs, triggers: Bytes, table: Bytes, kinds: int, rows: LongRowsOut) -> int:
    """Find all that is masked, and return how much there is.

    Args:
        data: The documents' UTF-8 bytes, one behind the other.
        offsets: Where each document begins in `data`.  # (documents + 1,)
        triggers: `triggers(kinds)`.
        table: `word_break_table()`.
        kinds: The kinds that are looked for, in bits: 1 << URL and so on.
        rows: Filled with first byte, byte behind the end and kind of the first, as far as there is room.  # (3, room)
    """
    found = 0
    for document in range(len(offsets) - 1):
        begin, end = offsets[document], offsets[document + 1]
        i = done = begin
        while i < end:
            if not triggers[data[i]]:
                i += 1
                continue
            first, last, kind = masked_at(data, begin, done, i, end, table, kinds)
            if last < 0:
                i += 1
                continue
            if found < rows.shape[1]:
                rows[0, found], rows[1, found], rows[2, found] = first, last, kind
            found += 1
            i = done = last
    return found
