"""Tokens of one character each: for models that read and write text letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from textprep.arrow_strings import array_of
from textprep.stages import register
from textprep.texts import Texts
from textprep.tokens import Tokens


@register("characters.v1")
@dataclass(frozen=True)
class Characters:
    """Cut into code points, white space and line ends among them, so that nothing of the text is lost."""

    def tokenize(self, texts: Texts) -> Tokens:
        """Cut the texts into characters."""
        strings = texts.strings
        points = np.frombuffer("".join(strings).encode("utf-32-le"), np.uint32)  # (characters,)
        offsets = np.cumsum([0, *map(len, strings)])
        first = np.full(int(points.max(initial=0)) + 1, len(points))  # of each character: where it comes first
        first[points[::-1]] = np.arange(len(points))[::-1]
        types = first.argsort(kind="stable")[: np.count_nonzero(first < len(points))]  # in the order in which they come
        number = np.empty(len(first), np.int32)
        number[types] = np.arange(len(types))
        starts = (np.arange(len(points)) - np.repeat(offsets[:-1], np.diff(offsets))).astype(np.int32)
        return Tokens(array_of([chr(point) for point in types.tolist()]), number[points], offsets, starts, starts + 1)

    def joined(self, words: Sequence[str]) -> str:
        """The text that some characters make."""
        return "".join(words)
