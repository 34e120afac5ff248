"""Sentences with one tag per word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TaggedSentences:
    """Sentences with one tag per word.

    Attributes:
        words: The words of each sentence.
        tags: Their tags: entities always in IOB2, tags of no scheme (parts of speech) as they are.
        document: For each sentence the number of its document, counted from 0.
        lines: For each sentence the line (or row) it begins on, counted from 1.
        source: Where they come from, for messages.
        repairs: The lines of the tags that had no right to stand where they stood, and were repaired.
    """

    words: list[list[str]] = field(repr=False)
    tags: list[list[str]] = field(repr=False)
    document: list[int] = field(repr=False)
    lines: list[int] = field(repr=False)
    source: str
    repairs: tuple[int, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.words)

    def select(self, rows: Sequence[int], source: str) -> TaggedSentences:
        """The sentences `rows`, in that order, under a name of their own for messages."""
        return TaggedSentences(
            [self.words[row] for row in rows],
            [self.tags[row] for row in rows],
            [self.document[row] for row in rows],
            [self.lines[row] for row in rows],
            source,
        )
