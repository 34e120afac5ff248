"""Texts with a label each, or with any number of labels each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

from typing_extensions import TypeVar

Label = TypeVar("Label", str, tuple[str, ...], default=str)


@dataclass(frozen=True)
class LabelledTexts(Generic[Label]):
    """Texts with their labels.

    Attributes:
        texts: The texts.
        labels: The label of each, a string; in `LabelledTexts[tuple[str, ...]]` all labels of each, perhaps none.
        source: Where they come from, for messages.
        columns: The names of the text and label columns, if the source has columns.
        ratings: The stars of each review, if the source has them.
    """

    texts: list[str] = field(repr=False)
    labels: list[Label] = field(repr=False)
    source: str
    columns: tuple[str, str] | None = None
    ratings: list[int] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.texts)

    def select(self, rows: Sequence[int], source: str) -> LabelledTexts[Label]:
        """The texts `rows`, in that order, under a name of their own for messages."""
        return replace(
            self,
            texts=[self.texts[row] for row in rows],
            labels=[self.labels[row] for row in rows],
            source=source,
            ratings=self.ratings and [self.ratings[row] for row in rows],
        )
