"""Pairs of texts: a text and its translation, a question and its answer, two sentences to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class TextPairs:
    """Texts that belong together, two by two.

    Attributes:
        first: The first text of each pair, such as what is to be translated.
        second: The second text of each, such as its translation.
        source: Where they come from, for messages.
        columns: The names of the two columns, if the source has columns.
    """

    first: list[str] = field(repr=False)
    second: list[str] = field(repr=False)
    source: str
    columns: tuple[str, str] | None = None

    def __len__(self) -> int:
        return len(self.first)

    def select(self, rows: Sequence[int], source: str) -> TextPairs:
        """The pairs `rows`, in that order, under a name of their own for messages."""
        return replace(
            self, first=[self.first[row] for row in rows], second=[self.second[row] for row in rows], source=source
        )


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs of texts with a label each, such as whether the first entails the second.

    Attributes:
        first: The first text of each pair.
        second: The second text of each.
        labels: The label of each pair.
        source: Where they come from, for messages.
        columns: The names of the columns of first, second and label, if the source has columns.
    """

    first: list[str] = field(repr=False)
    second: list[str] = field(repr=False)
    labels: list[str] = field(repr=False)
    source: str
    columns: tuple[str, str, str] | None = None

    def __len__(self) -> int:
        return len(self.first)

    def select(self, rows: Sequence[int], source: str) -> LabelledPairs:
        """The pairs `rows`, in that order, under a name of their own for messages."""
        return replace(
            self,
            first=[self.first[row] for row in rows],
            second=[self.second[row] for row in rows],
            labels=[self.labels[row] for row in rows],
            source=source,
        )
