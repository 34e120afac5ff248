"""Texts with one label each."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LabelledTexts:
    """Texts with one label each.

    Attributes:
        texts: The texts.
        labels: Their labels.
        source: Where they come from, for messages.
        columns: The names of the text and label columns, if the source has columns.
        ratings: The stars of each review, if the source has them.
    """

    texts: list[str] = field(repr=False)
    labels: list[str] = field(repr=False)
    source: str
    columns: tuple[str, str] | None = None
    ratings: list[int] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.texts)
