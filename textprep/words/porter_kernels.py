"""The compiled half of `textprep/words/stem.py`: Porter's stemmer over a column of words.

Source: M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980), as the Snowball project states it. Each
step takes the longest of its suffixes that the word has, and then asks for its condition: R1 and R2 begin behind the
first and the second run of vowels and the consonant after it, so a suffix that lies in R1 leaves a measure m > 0, one
in R2 m > 1. Bytes beyond ASCII count as consonants.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textprep.kernels.compiled import Bytes, BytesOut, Longs, compiled, inner

_Table = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.uint8], npt.NDArray[np.int64]]


def _table(rules: str) -> _Table:
    """Suffixes and what stands in their place, as letters and bounds of each; the longest suffixes first."""
    pairs = sorted((rule.split(">") for rule in rules.split()), key=lambda pair: -len(pair[0]))
    columns = []
    for strings in zip(*pairs, strict=True):
        columns.append(np.frombuffer("".join(strings).encode(), np.uint8))
        columns.append(np.cumsum([0, *map(len, strings)]))
    return tuple(columns)  # type: ignore[return-value]


_STEP_2 = _table(
    "tional>tion enci>ence anci>ance abli>able entli>ent eli>e izer>ize ization>ize ational>ate ation>ate ator>ate "
    "alli>al alism>al aliti>al fulness>ful ousli>ous ousness>ous iveness>ive iviti>ive biliti>ble"
)
_STEP_3 = _table("alize>al icate>ic iciti>ic ical>ic ative> ful> ness>")
_STEP_4 = _table("al> ance> ence> er> ic> able> ible> ant> ement> ment> ent> ion> ou> ism> ate> iti> ous> ive> ize>")
_A, _D, _E, _G, _I, _L, _N, _O, _S, _T, _U, _W, _X, _Y, _Z, _CAPITAL_Y = (ord(letter) for letter in "adegilnostuwxyzY")
_B, _M, _P, _R, _F = (ord(letter) for letter in "bmprf")


@inner
def _is_short(word: BytesOut, vowels: BytesOut, end: int) -> bool:
    """Whether word[:end] ends in consonant, vowel, consonant, the last of them not w, x or y."""
    last = end - 1
    while last > 0 and word[last] & 0xC0 == 0x80:
        last -= 1
    if last < 2 or vowels[last] or not vowels[last - 1] or vowels[last - 2]:
        return False
    return word[last] not in (_W, _X, _Y, _CAPITAL_Y)


@inner
def _has_vowel(vowels: BytesOut, end: int) -> bool:
    """Whether there is a vowel before `end`."""
    return bool(vowels[:end].any())


@inner
def _is_vowel(letter: int) -> bool:
    return letter in (_A, _E, _I, _O, _U)


@inner
def _longest(word: BytesOut, size: int, letters: Bytes, bounds: Longs) -> int:
    """Which suffix of a table word[:size] ends in, the longest; -1 for none."""
    for suffix in range(len(bounds) - 1):
        begin, at = bounds[suffix], bounds[suffix + 1] - 1
        back = size - 1
        while at >= begin and back >= 0 and word[back] == letters[at]:
            at -= 1
            back -= 1
        if at < begin:
            return suffix
    return -1


@inner
def _replace(word: BytesOut, vowels: BytesOut, size: int, region: int, table: _Table) -> int:
    """Put what a table says in the place of the word's suffix, if that lies behind `region`; returns the new size."""
    suffix = _longest(word, size, table[0], table[1])
    if suffix < 0:
        return size
    at = size - (table[1][suffix + 1] - table[1][suffix])
    if at < region:
        return size
    for place in range(table[3][suffix], table[3][suffix + 1]):
        word[at] = table[2][place]
        vowels[at] = _is_vowel(word[at])
        at += 1
    return at


@inner
def _step_1a(word: BytesOut, size: int) -> int:
    """Plurals."""
    if not size or word[size - 1] != _S:
        return size
    if size >= 4 and word[size - 2] == _E and word[size - 3] == _S and word[size - 4] == _S:
        return size - 2
    if size >= 3 and word[size - 2] == _E and word[size - 3] == _I:
        return size - 2
    return size if size >= 2 and word[size - 2] == _S else size - 1


@inner
def _step_1b(word: BytesOut, vowels: BytesOut, size: int, r1: int) -> int:
    """Pasts and participles."""
    if size >= 3 and word[size - 1] == _D and word[size - 2] == _E and word[size - 3] == _E:
        return size - 1 if size - 3 >= r1 else size
    if size >= 2 and word[size - 1] == _D and word[size - 2] == _E:
        end = size - 2
    elif size >= 3 and word[size - 1] == _G and word[size - 2] == _N and word[size - 3] == _I:
        end = size - 3
    else:
        return size
    if not _has_vowel(vowels, end):
        return size
    last, before = word[end - 1], word[end - 2] if end >= 2 else 0
    if (last == _T and before == _A) or (last == _L and before == _B) or (last == _Z and before == _I):
        pass  # at, bl, iz get their e back
    elif last == before and last in (_B, _D, _F, _G, _M, _N, _P, _R, _T):
        return end - 1
    elif end != r1 or not _is_short(word, vowels, end):
        return end
    word[end], vowels[end] = _E, 1
    return end + 1


@inner
def _step_5(word: BytesOut, vowels: BytesOut, size: int, r1: int, r2: int) -> int:
    """A last e, and one of two last l."""
    if size and word[size - 1] == _E:
        end = size - 1
        if end >= r2 or (end >= r1 and not _is_short(word, vowels, end)):
            size = end
    if size >= 2 and word[size - 1] == _L and word[size - 2] == _L and size - 1 >= r2:
        size -= 1
    return size


@inner
def _region(word: BytesOut, vowels: BytesOut, begin: int, size: int) -> int:
    """Where word[begin:size] goes on behind its first consonant after a vowel."""
    at = begin
    while at < size and not vowels[at]:
        at += 1
    while at < size and vowels[at]:
        at += 1
    at += 1
    while at < size and word[at] & 0xC0 == 0x80:  # to the end of the character
        at += 1
    return min(at, size)


@inner
def _stem(word: BytesOut, vowels: BytesOut, size: int) -> int:
    """Stem word[:size] in place; returns the new size."""
    consonant_y = False
    for at in range(size):
        if word[at] == _Y:
            vowels[at] = at > 0 and not vowels[at - 1]
            consonant_y |= not vowels[at]
        else:
            vowels[at] = _is_vowel(word[at])
    r1 = _region(word, vowels, 0, size)
    r2 = _region(word, vowels, r1, size)

    size = _step_1a(word, size)
    if size:
        size = _step_1b(word, vowels, size, r1)
        if word[size - 1] in (_Y, _CAPITAL_Y) and _has_vowel(vowels, size - 1):
            word[size - 1], vowels[size - 1] = _I, 1
    size = _replace(word, vowels, size, r1, _STEP_2)
    size = _replace(word, vowels, size, r1, _STEP_3)
    suffix = _longest(word, size, _STEP_4[0], _STEP_4[1])
    if suffix >= 0:
        end = size - (_STEP_4[1][suffix + 1] - _STEP_4[1][suffix])
        is_ion = word[size - 1] == _N and word[size - 2] == _O
        if end >= r2 and (not is_ion or (end and word[end - 1] in (_S, _T))):
            size = end
    size = _step_5(word, vowels, size, r1, r2)
    if consonant_y:
        for at in range(size):
            if word[at] == _CAPITAL_Y:
                word[at] = _Y
    return size


@compiled
def porter(
    letters: Bytes,  # (bytes,) UTF-8
    bounds: Longs,  # (words + 1,)
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The stems of words, as bytes and bounds (words + 1,); none is longer than its word."""
    stems = np.empty(bounds[-1] - bounds[0], np.uint8)
    ends = np.zeros(len(bounds), np.int64)
    longest = 0
    for word in range(len(bounds) - 1):
        longest = max(longest, bounds[word + 1] - bounds[word])
    vowels = np.empty(longest, np.uint8)
    for word in range(len(bounds) - 1):
        size, begin = bounds[word + 1] - bounds[word], ends[word]
        for at in range(size):
            stems[begin + at] = letters[bounds[word] + at]
        ends[word + 1] = begin + _stem(stems[begin : begin + size], vowels, size)
    return stems[: ends[-1]], ends
