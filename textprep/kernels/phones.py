"""Phone numbers in UTF-8 text, as `textprep.normalize.mask` says how they are written; they are ASCII alone.

Each function gives the byte behind what begins at byte i, or -1. None looks further than the digits of one number.
"""

from __future__ import annotations

from textprep.kernels.compiled import Bytes, inner
from textprep.kernels.patterns import is_alphanumeric

SPACE, OPEN, CLOSE, PLUS, COMMA, HYPHEN, DOT, SLASH, ZERO, ONE, TWO, NINE, COLON, AT, UNDERSCORE = map(
    ord, " ()+,-./0129:@_"
)
NOT_BEFORE = tuple(map(ord, "+-./,%#@&=$_"))
INTERNATIONAL_LEAST, DIALLED_LEAST, INTERNATIONAL_MOST = 8, 9, 15
NATIONAL_LEAST, NATIONAL_MOST = 9, 12
LONGEST_AREA = 6


@inner
def is_digit(b: int) -> bool:
    """Whether the byte is a digit."""
    return ZERO <= b <= NINE


@inner
def is_mark(b: int) -> bool:
    """Whether the byte may stand between groups of digits."""
    return b in (SPACE, HYPHEN, DOT)


@inner
def digits_end(data: Bytes, i: int, end: int) -> int:
    """Where the digits that may begin at byte i end."""
    while i < end and is_digit(data[i]):
        i += 1
    return i


@inner
def is_code(data: Bytes, i: int, end: int) -> bool:
    """Whether three digits stand at byte i of which the first is 2 to 9."""
    return i + 3 <= end and TWO <= data[i] <= NINE and is_digit(data[i + 1]) and is_digit(data[i + 2])


@inner
def international_end(data: Bytes, i: int, end: int, count: int, least: int, bracket: bool) -> int:
    """Further digits, with marks between, behind `count` of them; at least and at most so many in all.

    One to five of the first may stand in a bracket.
    """
    while count <= INTERNATIONAL_MOST:
        j = i + 1 if i < end and (is_mark(data[i]) or data[i] == SLASH) else i
        if j < end and is_digit(data[j]):
            count += 1
            i = j + 1
            continue
        k = digits_end(data, j + 1, min(end, j + 7))
        in_bracket = bracket and count <= 3 and k < end and data[j] == OPEN and data[k] == CLOSE
        if not in_bracket or not 1 <= k - j - 1 <= 5:
            return i if count >= least else -1
        bracket = False
        count += k - j - 1
        i = k + 1
    return -1


@inner
def north_american_end(data: Bytes, i: int, end: int) -> int:
    """`(202) 555-0123` or `202-555-0123`, with or without a 1 in front."""
    if data[i] == ONE:
        i += 1
        if i < end and is_mark(data[i]):
            i += 1
    opened = i < end and data[i] == OPEN
    i += opened
    if not is_code(data, i, end):
        return -1
    i += 3
    mark = 0
    if opened:
        if i >= end or data[i] != CLOSE:
            return -1
        i += 1
        i += i < end and is_mark(data[i])
    else:
        if i >= end or not is_mark(data[i]):
            return -1
        mark = data[i]
        i += 1
    if not is_code(data, i, end):
        return -1
    i += 3
    if i + 5 > end or not is_mark(data[i]) or (data[i] != mark and not opened):
        return -1
    return i + 5 if digits_end(data, i + 1, i + 5) == i + 5 else -1


@inner
def national_end(data: Bytes, begin: int, i: int, end: int) -> int:
    """`030 901820`, `(030) 901820` or `01234567890`; not in a row of numbers with spaces between."""
    opened = data[i] == OPEN
    if not opened and i - 1 > begin and data[i - 1] == SPACE and is_digit(data[i - 2]):
        return -1
    i += opened
    if i + 1 >= end or data[i] != ZERO or not ONE <= data[i + 1] <= NINE:
        return -1
    j = digits_end(data, i, end)
    count = j - i
    if count in (10, 11) and not opened:
        return j
    if count > LONGEST_AREA or j >= end:
        return -1
    if opened:
        if data[j] != CLOSE:
            return -1
        j += 1
        j += j < end and (data[j] == SPACE or data[j] == HYPHEN)
    elif is_mark(data[j]) or data[j] == SLASH:
        j += 1
    else:
        return -1
    k = digits_end(data, j, end)
    if k - j < 2:
        return -1
    count += k - j
    first = k
    mark = data[k] if k < end else ZERO
    while count <= NATIONAL_MOST and k < end and is_mark(mark) and data[k] == mark:
        j = k + 1
        following = digits_end(data, j, end)
        if following - j < 2:
            if mark == SPACE and following > j and k > first:
                return -1  # one digit more
            break
        count += following - j
        k = following
    return k if NATIONAL_LEAST <= count <= NATIONAL_MOST else -1


@inner
def goes_on(data: Bytes, i: int, end: int) -> bool:
    """Whether what stands at byte i makes it unlikely that a number has ended there."""
    if i >= end:
        return False
    b = data[i]
    if is_alphanumeric(b) or b in (UNDERSCORE, AT):
        return True
    return b in (PLUS, COMMA, HYPHEN, DOT, SLASH, COLON) and i + 1 < end and is_digit(data[i + 1])


@inner
def number_end(data: Bytes, begin: int, i: int, end: int) -> int:
    """The end of the number written in one of the ways, whatever stands behind it."""
    opened = data[i] == OPEN
    j = i + opened
    if j + 2 < end and data[j] == PLUS and ONE <= data[j + 1] <= NINE:
        if not opened:
            return international_end(data, j + 2, end, 1, INTERNATIONAL_LEAST, True)
        k = digits_end(data, j + 1, min(end, j + 4))
        if k < end and data[k] == CLOSE:
            return international_end(data, k + 1, end, k - j - 1, INTERNATIONAL_LEAST, False)
        return -1
    if i + 2 < end and data[i] == ZERO and data[i + 1] == ZERO and ONE <= data[i + 2] <= NINE:
        return international_end(data, i + 3, end, 1, DIALLED_LEAST, True)
    found = north_american_end(data, i, end)
    return found if found >= 0 else national_end(data, begin, i, end)


@inner
def phone_end(data: Bytes, begin: int, i: int, end: int) -> int:
    """The end of the phone number that begins at byte i of the text in bytes begin..end."""
    if i > begin and (is_alphanumeric(data[i - 1]) or data[i - 1] in NOT_BEFORE):
        return -1
    last = number_end(data, begin, i, end)
    return -1 if goes_on(data, last, end) else last
