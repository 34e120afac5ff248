"""Phrases: runs of words that are one token, such as "new york"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from textprep.errors import ConfigError
from textprep.stages import register
from textprep.tokens import Tokens


@register("phrases.v1")
@dataclass(frozen=True)
class Phrases:
    """Join given phrases to one token each, the longest first, from left to right.

    Args:
        phrases: The phrases, their words separated by spaces: ["new york", "new york city"].
        joiner: What stands between the words in the new token.

    Raises:
        ConfigError: A phrase has fewer than two words.
    """

    phrases: tuple[str, ...]
    joiner: str = "_"

    def __post_init__(self) -> None:
        if isinstance(self.phrases, str) or not isinstance(self.phrases, Iterable):
            raise ConfigError("phrases: give a list of phrases")
        object.__setattr__(self, "phrases", tuple(self.phrases))
        for phrase in self.phrases:
            if len(phrase.split()) < 2:
                raise ConfigError(f"phrase {phrase!r} has fewer than two words; a phrase joins at least two")

    def rewrite(self, tokens: Tokens) -> Tokens:
        """Join the phrases; a joined token spans from its first word to its last, and has the tags of its first."""
        words = list(tokens.words)
        index = {word: code for code, word in enumerate(words)}
        codes = tokens.codes.copy()
        ends = tokens.ends.copy()
        kept = np.ones(len(codes), bool)
        rows = tokens.rows
        firsts = [index[first] for first in {phrase.split()[0] for phrase in self.phrases} if first in index]
        candidates = np.flatnonzero(np.isin(codes, firsts))
        for phrase in sorted(self.phrases, key=lambda phrase: -len(phrase.split())):
            parts = phrase.split()
            if len(codes) < len(parts) or not all(part in index for part in parts):
                continue
            here = candidates[candidates <= len(codes) - len(parts)]
            here = here[rows[here] == rows[here + len(parts) - 1]]
            for k, part in enumerate(parts):
                here = here[(codes[here + k] == index[part]) & kept[here + k]]
            for start in _apart(here.tolist(), len(parts)):
                stop = start + len(parts)
                joined = self.joiner.join(parts)
                if joined not in index:
                    index[joined] = len(words)
                    words.append(joined)
                codes[start], ends[start] = index[joined], tokens.ends[stop - 1]
                codes[start + 1 : stop] = -1  # gone: no shorter phrase may use them
                kept[start + 1 : stop] = False
        offsets = np.concatenate(([0], np.cumsum(kept)))[tokens.offsets]
        changed = Tokens.of(words, codes[kept], offsets, tokens.starts[kept], ends[kept])
        return changed.annotated_as(tokens, np.flatnonzero(kept))


def _apart(starts: list[int], length: int) -> list[int]:
    """The starts of matches that do not overlap, from left to right."""
    chosen: list[int] = []
    for start in starts:
        if not chosen or start >= chosen[-1] + length:
            chosen.append(start)
    return chosen
