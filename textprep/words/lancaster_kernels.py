"""The compiled part of `textprep/words/stem.py`: the Lancaster stemmer over a column of ASCII words.

Source: C. D. Paice, "Another Stemmer", SIGIR Forum 24:3 (1990), with the rules that the author published: a rule is an
ending written backwards, `*` if the word must be as it came, how many letters go, what takes their place, and whether
to go on (`>`) or to stop (`.`). Of those for the word's last letter the first that fits is taken. What would be left
must be two letters if the word begins with a vowel, else three with a vowel among the second and third; y is a vowel.

A capital is a letter that no rule knows, so that a caller can put one in the place of any letter beyond ASCII. No rule
applies if the last letter of those that the word begins with is another than the word's last character.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from textprep.kernels.compiled import Bytes, BytesOut, Longs, compiled, inner

RULES = """
ai*2. a*1.
bb1.
city3s. ci2> cn1t>
dd1. dei3y> deec2ss. dee1. de2> dooh4>
e1>
feil1v. fi2>
gni3> gai3y. ga2> gg1.
ht*2. hsiug5ct. hsi3>
i*1. i1y>
ji1d. juf1s. ju1d. jo1d. jeh1r. jrev1t. jsim2t. jn1d. j1s.
lbaifi6. lbai4y. lba3> lbi3. lib2l> lc1. lufi4y. luf3> lu2. lai3> lau3> la2> ll1.
mui3. mu*2. msi3> mm1.
nois4j> noix4ct. noi3> nai3> na2> nee0. ne2> nn1.
pihs4> pp1.
re2> rae0. ra2. ro2> ru2> rr1. rt1> rei3y>
sei3y> sis2. si2> ssen4> ss0. suo3> su*2. s*1> s0.
tacilp4y. ta2> tnem4> tne3> tna3> tpir2b. tpro2b. tcud1. tpmus2. tpec2iv. tulo2v. tsis0. tsi3> tt1.
uqi3. ugo1.
vis3j> vie0. vi2>
ylb1> yli3y> ylp0. yl2> ygo1. yhp1. ymo1. ypo1. yti3> yte3> ytl2. yrtsi5. yra3> yro3> yfi3. ycn2t> yca3>
zi2> zy1s.
"""
_PARSED = [
    match.groups()
    for rule in sorted(RULES.split(), key=lambda rule: rule[0])
    if (match := re.fullmatch(r"([a-z]+)(\*?)(\d)([a-z]*)([>.])", rule))
]


def _columns(strings: list[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The letters of strings, one behind the other, and the bounds of each."""
    return np.frombuffer("".join(strings).encode(), np.uint8), np.cumsum([0, *map(len, strings)])


_ENDINGS, _ENDING_BOUNDS = _columns([rule[0] for rule in _PARSED])  # written backwards
_ADDED, _ADDED_BOUNDS = _columns([rule[3] for rule in _PARSED])
_INTACT = np.array([rule[1] == "*" for rule in _PARSED])
_REMOVED = np.array([int(rule[2]) for rule in _PARSED])
_GOES_ON = np.array([rule[4] == ">" for rule in _PARSED])
_A, _Z = ord("a"), ord("z")
_FIRST = np.searchsorted(_ENDINGS[_ENDING_BOUNDS[:-1]], np.arange(_A, _Z + 2))  # (27,) the first rule of each letter


@inner
def _is_vowel(letter: int) -> bool:
    return letter in (97, 101, 105, 111, 117, 121)  # a e i o u y


@inner
def _is_letter(character: int) -> bool:
    return 97 <= character | 32 <= 122


@inner
def _fits(word: BytesOut, size: int, intact: bool, rule: int) -> bool:
    """Whether word[:size] has the ending of a rule, and enough would be left."""
    if _INTACT[rule] and not intact:
        return False
    begin, end = _ENDING_BOUNDS[rule], _ENDING_BOUNDS[rule + 1]
    if end - begin > size:
        return False
    for place in range(begin, end):
        if word[size - 1 - (place - begin)] != _ENDINGS[place]:
            return False
    left = size - _REMOVED[rule]
    if _is_vowel(word[0]):
        return left >= 2
    return left >= 3 and (_is_vowel(word[1]) or _is_vowel(word[2]))


@inner
def _stem(word: BytesOut, size: int) -> int:
    """Stem word[:size] in place; returns the new size."""
    letters = 0  # that the word begins with
    while letters < size and _is_letter(word[letters]):
        letters += 1
    intact = goes_on = True
    while goes_on and size and letters:
        last = word[size - 1]
        if not _A <= last <= _Z or word[min(letters, size) - 1] != last:
            break
        goes_on = False
        for rule in range(_FIRST[last - _A], _FIRST[last - _A + 1]):
            if _fits(word, size, intact, rule):
                size -= _REMOVED[rule]
                for place in range(_ADDED_BOUNDS[rule], _ADDED_BOUNDS[rule + 1]):
                    word[size] = _ADDED[place]
                    size += 1
                intact, goes_on = False, _GOES_ON[rule]
                break
    return size


@compiled
def lancaster(
    letters: Bytes,  # (bytes,) ASCII
    bounds: Longs,  # (words + 1,)
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The stems of words, as bytes and bounds (words + 1,); none is longer than its word."""
    stems = np.empty(bounds[-1] - bounds[0], np.uint8)
    ends = np.zeros(len(bounds), np.int64)
    for word in range(len(bounds) - 1):
        size, begin = bounds[word + 1] - bounds[word], ends[word]
        for at in range(size):
            stems[begin + at] = letters[bounds[word] + at]
        ends[word + 1] = begin + _stem(stems[begin : begin + size], size)
    return stems[: ends[-1]], ends
