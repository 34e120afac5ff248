"""What a model is told about each distinct word: its row in the word matrix, its characters, its shape.

The features depend on the word alone, so they are made once per distinct word; tokens come in later, by a
gather. Shapes are the capitalisation feature of Collobert et al., "Natural Language Processing (Almost) from
Scratch" (2011).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch

from textprep.errors import ConfigError
from textprep.special_tokens import DEFAULT

PAD, UNK = DEFAULT.id_of("pad"), DEFAULT.id_of("unk")
SHAPES = ("pad", "lower", "upper", "title", "mixed", "number", "digits", "other")


class FeatureTable(NamedTuple):
    """The features of V distinct words.

    Attributes:
        words: Row of the word matrix, int64; 0 is padding, 1 the unknown word.
        chars: Character ids, int64, filled up with 0; L is 0 for a model without characters.
        shapes: Index into `SHAPES`, int64.
    """

    words: torch.Tensor  # (V,)
    chars: torch.Tensor  # (V, L)
    shapes: torch.Tensor  # (V,)

    def select(self, rows: torch.Tensor) -> FeatureTable:
        """The table of some of the words, its characters cut to the longest word among them."""
        chars = self.chars[rows]  # (rows, L)
        used = int((chars != PAD).sum(1).max()) if chars.numel() else 0
        return FeatureTable(self.words[rows], chars[:, :used], self.shapes[rows])

    def with_padding(self) -> FeatureTable:
        """The same table behind one padding word, so that code 0 means "no word" as id 0 does elsewhere."""
        return FeatureTable(
            torch.cat([self.words.new_zeros(1), self.words]),
            torch.cat([self.chars.new_zeros(1, self.chars.shape[1]), self.chars]),
            torch.cat([self.shapes.new_zeros(1), self.shapes]),
        )

    def to(self, device: torch.device | str) -> FeatureTable:
        """The same table on another device."""
        return FeatureTable(*(field.to(device) for field in self))


@dataclass(frozen=True)
class WordFeatures:
    """Turns distinct surface words into a `FeatureTable`.

    A word is looked up as it stands, then in lower case; with `digits_to_zero` both are tried once more with
    every digit replaced by 0; what is still not found is the unknown word.

    Args:
        words: The word of every row of the word matrix; the first two are padding and the unknown word.
        alphabet: The known characters: `alphabet[i]` has id `i + 2`. An empty one means a model without
            characters.
        max_chars: Characters beyond this many are not looked at.
        digits_to_zero: Whether "1996" may be found as "0000".

    Raises:
        ConfigError: If `words` does not begin with these two, `alphabet` repeats a character,
            `max_chars` is below 1, or one of them is of another type.
    """

    words: Sequence[str]
    alphabet: str = ""
    max_chars: int = 24
    digits_to_zero: bool = False

    def __post_init__(self) -> None:
        if tuple(self.words[:2]) != DEFAULT.spellings:
            expected = " and ".join(map(repr, DEFAULT.spellings))
            raise ConfigError(f"the first two words must be {expected}, not {list(self.words[:2])}")
        if not isinstance(self.alphabet, str) or len(set(self.alphabet)) != len(self.alphabet):
            raise ConfigError("the alphabet is no text, or has a character twice")
        if type(self.max_chars) is not int or self.max_chars < 1:
            raise ConfigError(f"max_chars must be a whole number, at least 1, not {self.max_chars!r}")
        if not isinstance(self.digits_to_zero, bool):
            raise ConfigError(f"digits_to_zero must be true or false, not {self.digits_to_zero!r}")
        rows = {word: row for row, word in enumerate(self.words) if row != PAD}
        object.__setattr__(self, "_rows", rows)

    def __call__(self, words: Sequence[str]) -> FeatureTable:
        """The features of `words`, one row for each, in their order."""
        rows: dict[str, int] = self.__dict__["_rows"]
        found = [self._row(word, rows) for word in words]
        shapes = [word_shape(word) for word in words]
        return FeatureTable(
            torch.tensor(found, dtype=torch.int64),
            torch.from_numpy(self._characters(words)),
            torch.tensor(shapes, dtype=torch.int64),
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything needed to build it again, in plain JSON values."""
        return {
            "words": list(self.words),
            "alphabet": self.alphabet,
            "max_chars": self.max_chars,
            "digits_to_zero": self.digits_to_zero,
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> WordFeatures:
        """The inverse of `to_dict`."""
        return cls(**saved)

    def _row(self, word: str, rows: Mapping[str, int]) -> int:
        for form in (word, word.lower()):
            if form in rows:
                return rows[form]
        if self.digits_to_zero:
            zeroed = "".join("0" if c.isdigit() else c for c in word)
            for form in (zeroed, zeroed.lower()):
                if form in rows:
                    return rows[form]
        return UNK

    def _characters(self, words: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """All words as one array of code points, looked up in one go, then laid out in rows."""
        cut = [word[: self.max_chars] for word in words] if self.alphabet else []
        lengths = np.fromiter(map(len, cut), np.int64, len(cut))
        width = int(lengths.max(initial=0))
        if width == 0:
            return np.zeros((len(words), 0), np.int64)
        points = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), np.uint32)
        known = np.array([ord(c) for c in self.alphabet], np.uint32)
        order = np.argsort(known)
        place = np.searchsorted(known, points, sorter=order).clip(max=len(known) - 1)
        ids = np.where(known[order[place]] == points, order[place] + 2, UNK)
        table = np.zeros((len(words), width), np.int64)
        table[np.arange(width) < lengths[:, None]] = ids
        return table


def word_shape(word: str) -> int:
    """Index into `SHAPES` of a word: how it is capitalised, or that it has digits or no letters."""
    if any(c.isdigit() for c in word):
        return SHAPES.index("digits" if any(c.isalpha() for c in word) else "number")
    if not any(c.isalpha() for c in word):
        return SHAPES.index("other")
    if word.islower():
        return SHAPES.index("lower")
    if word.isupper():
        return SHAPES.index("upper")
    return SHAPES.index("title" if word[0].isupper() and word[1:].islower() else "mixed")


def learn_alphabet(words: Sequence[str], min_count: int = 1) -> str:
    """The characters that occur in at least `min_count` of the distinct words, most frequent first."""
    points = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    known, counts = np.unique(points, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return "".join(chr(known[i]) for i in order if counts[i] >= min_count)
