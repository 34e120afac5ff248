"""What a text stage changed, kept so that every position in the new text maps back to the old one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Edits:
    """Replaced stretches of every document, in order; between them the text is the same.

    Attributes:
        offsets: Where each document's edits begin.  # (documents + 1,)
        starts, ends: The stretch in the new text, in code points.  # (edits,)
        source_starts, source_ends: The stretch that it replaced in the old text.  # (edits,)
    """

    offsets: Longs
    starts: Ints
    ends: Ints
    source_starts: Ints
    source_ends: Ints

    def __bool__(self) -> bool:
        return len(self.starts) > 0

    def rows(self, first: int, last: int) -> Edits:
        """The edits of documents first..last."""
        a, b = self.offsets[first], self.offsets[last]
        return Edits(
            self.offsets[first : last + 1] - a,
            self.starts[a:b],
            self.ends[a:b],
            self.source_starts[a:b],
            self.source_ends[a:b],
        )

    def to_source(self, offsets: Longs, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """Turn spans in the new text into spans in the old text.

        A span that begins or ends inside a replaced stretch takes in the whole stretch. An empty stretch (something
        was deleted) belongs to neither neighbour.

        Args:
            offsets: Where each document's spans begin.  # (documents + 1,)
            starts, ends: The spans, in code points of the new text.  # (spans,)
        """
        if not self:
            return starts, ends
        from textprep.kernels.source_spans import move_spans

        moved = np.empty_like(starts), np.empty_like(ends)
        edits = self.offsets, self.starts, self.ends, self.source_starts, self.source_ends
        move_spans(offsets, starts, ends, *edits, *moved)
        return moved


class EditLog:
    """Collects edits document by document."""

    def __init__(self) -> None:
        self._counts: list[int] = [0]
        self._edits: list[tuple[int, int, int, int]] = []

    def substitute(self, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str) -> str:
        """`pattern.sub(replacement, text)`, with every change recorded as the next document's edits."""
        return self.replace(text, ((*match.span(), replacement(match)) for match in pattern.finditer(text)))

    def replace(self, text: str, stretches: Iterable[tuple[int, int, str]]) -> str:
        """The text with others in the place of some stretches, recorded as the next document's edits.

        Args:
            text: The document.
            stretches: Start, end and new text of each stretch, in order.
        """
        parts: list[str] = []
        done = shift = 0  # shift: how much longer the new text is so far
        for start, end, new in stretches:
            if new == text[start:end]:
                continue
            parts += (text[done:start], new)
            self._edits.append((start + shift, start + shift + len(new), start, end))
            shift += len(new) - (end - start)
            done = end
        self._counts.append(len(self._edits))
        return "".join(parts) + text[done:] if parts else text

    def edits(self) -> Edits:
        """Everything collected."""
        columns = np.array(self._edits, np.int32).reshape(-1, 4).T
        return Edits(np.array(self._counts, np.int64), *np.ascontiguousarray(columns))
