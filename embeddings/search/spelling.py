"""The error for a word without a vector, and the known word that was probably meant.

Only spellings one edit away are looked up, after Norvig, "How to write a spelling corrector" (norvig.com, 2007): about
a millisecond among any number of words, where comparing with all of them would take seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase
from typing import TYPE_CHECKING

from textprep.errors import InputError

if TYPE_CHECKING:
    from embeddings.store.lexicon import Lexicon


class UnknownWordError(InputError, KeyError):
    """The word has no vector; ask with `in`, or use `rows` or `matrix`, which do not raise."""

    __str__ = Exception.__str__  # KeyError would show the message in quotes

    def __init__(self, word: str, lexicon: Lexicon) -> None:
        near = nearest_spelling(word, lexicon)
        super().__init__(f"no vector for {word!r}", remedy=near and f"did you mean {near!r}?")
        self.word = word


def nearest_spelling(word: str, lexicon: Lexicon) -> str | None:
    """A known word that differs by case alone, else by one edit; of several, the one with the first row."""
    for candidates in ([word.strip(), word.lower(), word.capitalize(), word.upper()], _edits(word.lower())):
        found = [row for row in map(lexicon.find, candidates) if row >= 0]
        if found:
            return lexicon.word(min(found))
    return None


def _edits(word: str) -> Iterator[str]:
    for i in range(min(len(word), 40) + 1):
        left, right = word[:i], word[i:]
        yield left + right[1:]
        yield left + right[1:2] + right[:1] + right[2:]
        for letter in ascii_lowercase:
            yield left + letter + right
            yield left + letter + right[1:]
