"""English contractions written out: "Don't" becomes "Do", "not", each with its own span.

Source: the table in `contraction_table.py`; what 's, 'd and ain't stand for is decided by the words around them, by the
rules in `contraction_context.py`, once for each distinct combination of kinds of words. Of the 115 's and 'd in the
test part of UD English EWT they read 114 as the treebank does (`python -m benchmarks.lexicon`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import array_of
from textprep.layer import Layer
from textprep.protocols import Outcome, Piece
from textprep.stages import register
from textprep.tokens import Tokens
from textprep.words.contraction_context import LOOKED_AT, Kind, Place, kind_of, reading
from textprep.words.contraction_table import ELIDED, OPEN, SPLIT, SPLIT_INFORMAL, folded, parts_of

Longs = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.int64]

DROPPED = "dropped"
CLITICS = ("ai", *OPEN, "ai")  # the first is one that the tokenizer has cut off n't


@register("contractions.v1")
@dataclass(frozen=True)
class Contractions:
    """Cut contractions and write out their parts, with straight or curly apostrophes and in any case.

    A contraction may be one token ("don't", as `Words` gives) or be cut already ("do", "n't", as `Treebank` gives).
    Possessives stay as they are, and so do "o'clock" and "ma'am". A first letter that is a capital stays one, and a
    word in capitals is written out in capitals.

    Args:
        informal: Write out what is spelt as it is said, too ("gonna", "'cause", "'tis"), and contractions that lack
            the apostrophe and are no other word ("dont", but not "cant").
    """

    layer: ClassVar[str] = "contractions"
    informal: bool = False

    def rewrite(self, tokens: Tokens) -> Tokens:
        """Add a layer that says for each token what the words around it make of it; mostly nothing."""
        words = list(map(folded, tokens.words))
        codes = np.zeros(tokens.count, np.int32)
        tags = {"": 0}
        for positions, tag in (*self._open(tokens, words), *self._cut_before(tokens, words)):
            codes[positions] = tags.setdefault(tag, len(tags))
        return tokens.with_layer(self.layer, Layer(array_of(list(tags)), codes))

    def map_pairs(self, words: Sequence[str], tags: Sequence[str]) -> list[Outcome]:
        """Give the parts of each contraction, and every other word as it is."""
        return [self._outcome(word, tag) for word, tag in zip(words, tags, strict=True)]

    def _outcome(self, word: str, tag: str) -> Outcome:
        parts = parts_of(folded(word), self.informal)
        if not parts:
            return word if not tag else None if tag == DROPPED else _in_case_of(tag, word, word)
        if not tag and any(part.open for part in parts):
            return word
        return tuple(
            Piece(_in_case_of(tag if part.open else part.words, word[part.start : part.end], word), *part[1:3])
            for part in parts
        )

    def _open(self, tokens: Tokens, words: list[str]) -> Iterator[tuple[Longs, str]]:
        """Where there are 's, 'd and ain't, and what they stand for; each combination of kinds is judged once."""
        clitics, hosts = self._open_words(words)
        places = np.flatnonzero(clitics[tokens.codes])
        codes = _codes_of(words, {"ai", "n't"})
        if len(codes) == 2:
            places = np.union1d(places, _followed(tokens, codes["ai"], codes["n't"]))
        if not len(places):
            return
        open_words = tokens.codes[places]
        document = np.searchsorted(tokens.offsets, places, side="right") - 1
        first, last = tokens.offsets[document], tokens.offsets[document + 1]
        around = [_kinds(tokens, words, places + step, first, last) for step in (-1, *range(1, LOOKED_AT + 1))]
        around[0] = np.where(hosts[open_words] < 0, around[0], hosts[open_words])
        columns = np.stack([clitics[open_words], *around])  # (kinds, places)
        numbers = (columns << 5 * np.arange(len(columns))[:, None]).sum(0)
        _, chosen, of_place = np.unique(numbers, return_index=True, return_inverse=True)
        tags = [_reading(*column) for column in columns[:, chosen].T.tolist()]
        for tag in set(tags):
            yield places[np.array([each == tag for each in tags])[of_place]], tag

    def _open_words(self, words: list[str]) -> tuple[Kinds, Kinds]:
        """Which open part each word has, by its place in `CLITICS`, and its host's kind, -1 for the word before."""
        clitics, hosts = np.zeros(len(words), np.int64), np.full(len(words), -1)
        for code, word in enumerate(words):
            if "'" in word:
                for part in parts_of(word, self.informal):
                    if part.open:
                        clitics[code] = CLITICS.index(word[part.start : part.end], 1)
                        hosts[code] = kind_of(word[: part.start]) if part.start else -1
        return clitics, hosts

    def _cut_before(self, tokens: Tokens, words: list[str]) -> Iterator[tuple[Longs, str]]:
        """Where a contraction was cut by the tokenizer into halves that tell nothing alone, and what they stand for."""
        halves = SPLIT | SPLIT_INFORMAL if self.informal else SPLIT
        codes = _codes_of(words, {*chain.from_iterable(halves), "'", *ELIDED})
        for (one, other), meant in halves.items():
            if one in codes and other in codes:
                firsts = _followed(tokens, codes[one], codes[other])
                yield firsts, meant[0]
                yield firsts + 1, meant[1]
        if self.informal:
            for word, whole in ELIDED.items():
                if "'" in codes and word in codes:
                    firsts = _followed(tokens, codes["'"], codes[word])
                    firsts = firsts[tokens.ends[firsts] == tokens.starts[firsts + 1]]
                    yield firsts, DROPPED
                    yield firsts + 1, whole


def _reading(clitic: int, host: int, *after: int) -> str:
    return reading(Place(CLITICS[clitic], Kind(host), tuple(map(Kind, after))))


def _codes_of(words: list[str], wanted: Set[str]) -> dict[str, list[int]]:
    """Where each of some folded words stands among the distinct ones, which are folded alike in several cases."""
    codes: dict[str, list[int]] = {}
    for code, word in enumerate(words):
        if word in wanted:
            codes.setdefault(word, []).append(code)
    return codes


def _kinds(tokens: Tokens, words: list[str], places: Longs, first: Longs, last: Longs) -> Kinds:
    """The kind of the word at each place, `OTHER` outside of the documents first..last.  # (places,)"""
    inside = (places >= first) & (places < last)
    codes, of_place = np.unique(tokens.codes[np.where(inside, places, 0)], return_inverse=True)
    kinds = np.array([kind_of(words[code]) for code in codes.tolist()], np.int64)
    return np.where(inside, kinds[of_place], Kind.OTHER)


def _followed(tokens: Tokens, these: list[int], those: list[int]) -> Longs:
    """Where one of some words stands in front of one of some others, in the same document."""
    places = np.flatnonzero(np.isin(tokens.codes, these))
    places = places[places + 1 < tokens.count]
    places = places[np.isin(tokens.codes[places + 1], those)]
    return places[~np.isin(places + 1, tokens.offsets)]


def _in_case_of(words: str, part: str, word: str) -> str:
    """What a part of a word stands for ("": itself), in capitals as the word, or with a first one as the part."""
    if not words:
        return part
    if word.isupper() and (len(word) > 2 or not word[0].isalpha()):
        return words.upper()
    letters = part.lstrip("'’ʼ")
    return words.capitalize() if letters[:1].isupper() else words
