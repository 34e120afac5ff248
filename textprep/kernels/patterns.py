"""Tokens of the network that word boundaries would cut: URLs, e-mail addresses, mentions, hashtags, emoji sequences.

Each matcher gives the byte where the pattern that starts at byte i ends, or -1. What they look ahead is bounded or
consumed, so no text makes the scanner slow. Sources: RFC 3986 (URLs), RFC 5321 (addresses and their lengths),
UAX #31 (hashtags).
"""

from __future__ import annotations

from textprep.kernels.compiled import Bytes, inner
from textprep.kernels.emoji import EXTEND, emoji_end
from textprep.kernels.utf8 import code_point, width
from textprep.unicode.word_break import CLASS_BITS, FLAGS

URLS, EMAILS, MENTIONS, HASHTAGS, EMOJI = (1 << bit for bit in range(5))

WHITE, CONTINUE = FLAGS["White_Space"], FLAGS["XID_Continue"]
MAX_SCHEME, MAX_LOCAL_PART, MAX_DOMAIN = 16, 64, 255


@inner
def is_letter(b: int) -> bool:
    """Whether the byte is an ASCII letter."""
    return 0x61 <= (b | 0x20) <= 0x7A


@inner
def is_alphanumeric(b: int) -> bool:
    """Whether the byte is an ASCII letter or digit."""
    return is_letter(b) or 0x30 <= b <= 0x39


@inner
def pattern_end(data: Bytes, begin: int, i: int, end: int, table: Bytes, patterns: int) -> int:
    """Try the patterns asked for at byte i of the text in bytes begin..end."""
    b = data[i]
    if patterns & EMOJI and (b >= 0x80 or b < 0x3A):
        j = emoji_end(data, i, end, table)
        if j > 0:
            return j
    if b >= 0x80 or follows_word(data, begin, i, table):
        return -1
    if b == 0x40:  # @
        return name_end(data, i + 1, end, table) if patterns & MENTIONS else -1
    if b == 0x23:  # '#'
        return name_end(data, i + 1, end, table) if patterns & HASHTAGS else -1
    if patterns & URLS and is_letter(b):
        j = url_end(data, i, end, table)
        if j > 0:
            return j
    if patterns & EMAILS and is_alphanumeric(b):
        return email_end(data, i, end, table)
    return -1


@inner
def follows_word(data: Bytes, begin: int, i: int, table: Bytes) -> bool:
    """Whether the character before byte i can be part of a name or a word."""
    if i == begin:
        return False
    i -= 1
    while data[i] & 0xC0 == 0x80:
        i -= 1
    return table[code_point(data, i)] & CONTINUE != 0


@inner
def name_end(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """The end of a run of XID_Continue characters with at least one that is not a mere combining mark."""
    named = False
    while i < end:
        properties = table[code_point(data, i)]
        if not properties & CONTINUE:
            break
        named |= properties & CLASS_BITS != EXTEND
        i += width(data[i])
    return i if named else -1


@inner
def url_end(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """`scheme://...` or `www....` up to white space or a delimiter, without the punctuation that closes a sentence."""
    j = i
    while j < end and j - i < MAX_SCHEME and (is_alphanumeric(data[j]) or data[j] in (0x2B, 0x2D)):
        j += 1
    if j + 3 < end and data[j] == 0x3A and data[j + 1] == 0x2F and data[j + 2] == 0x2F:
        j += 3
    elif (
        j == i + 3
        and j + 1 < end
        and data[j] == 0x2E
        and (data[i] | 0x20) == (data[i + 1] | 0x20) == (data[i + 2] | 0x20) == 0x77
    ):
        j += 1
    else:
        return -1
    return url_body_end(data, j, end, table)


@inner
def url_body_end(data: Bytes, j: int, end: int, table: Bytes) -> int:
    """The end of what stands behind `://` or `www.` and begins at byte j, or -1 if there is nothing."""
    body = j
    closable = j  # the URL as far as it surely belongs
    opened = 0
    while j < end:
        b = data[j]
        properties = table[code_point(data, j)]
        if b < 0x20 or properties & WHITE or b in (0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D):
            break
        after = j + width(b)
        if b in (0x28, 0x5B):  # an opening bracket
            opened += 1
        elif b in (0x29, 0x5D):  # a closing one belongs to the URL if its partner does
            if opened == 0:
                break
            opened -= 1
            closable = after
        elif b in (0x21, 0x27, 0x2A, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F):
            pass  # !'*,.:;? belong only if more follows
        elif b < 0x80 or properties & CONTINUE:
            closable = after
        j = after
    return closable if closable > body else -1


@inner
def email_end(data: Bytes, i: int, end: int, table: Bytes) -> int:
    """`local@domain.tld` with a local part of ASCII letters, digits and ._%+- only."""
    j = i
    while (
        j < end and j - i <= MAX_LOCAL_PART and (is_alphanumeric(data[j]) or data[j] in (0x2E, 0x5F, 0x25, 0x2B, 0x2D))
    ):
        j += 1
    if j >= end or data[j] != 0x40 or j - i > MAX_LOCAL_PART:
        return -1
    j += 1
    domain = label = j
    found = -1
    while j < end and j - domain <= MAX_DOMAIN:
        b = data[j]
        if b == 0x2E:
            if j == label:
                break
            label = j + 1
        elif b != 0x2D and not table[code_point(data, j)] & CONTINUE:
            break
        elif b != 0x2D and label > domain and j > label:
            found = j + width(b)  # a last label of two characters or more, not ending in a hyphen
        j += width(b)
    return found


@inner
def cut_at_colon(data: Bytes, i: int, j: int, end: int, table: Bytes, patterns: int) -> int:
    """The end of the word in bytes i..j, earlier if a URL or an address follows a colon in it: `Mail:me@example.org`.

    A colon joins letters to one word (WB6), so that nothing would be looked for behind it.
    """
    for k in range(i, j - 1):
        if data[k] == 0x3A and k > i and data[k + 1] < 0x80 and pattern_end(data, i, k + 1, end, table, patterns) > 0:
            return k
    return j
