"""Plain text: a line a document, its words with a space between; other columns are left out."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, ClassVar

import numpy as np

from textprep.arrow_strings import buffers_of
from textprep.writers.formats import WRITERS

if TYPE_CHECKING:
    import pyarrow as pa

    from textprep.ids import Ids
    from textprep.tokens import Tokens


@WRITERS.register("text")
class TextWriter:
    """Writes lines of words."""

    ending: ClassVar[str] = ".txt"

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def render(self, batch: pa.RecordBatch, tokens: Tokens, ids: Ids | None) -> memoryview:
        """The lines of a batch."""
        from textprep.kernels.copying import SLACK
        from textprep.kernels.text_rows import text_rows

        words, bounds = buffers_of(tokens.types)
        words = np.concatenate((words[: bounds[-1]], np.zeros(SLACK, np.uint8)))
        size = int((np.diff(bounds) + 1) @ tokens.counts()) + len(tokens) + SLACK
        out = np.empty(size, np.uint8)
        return out[: text_rows(words, bounds, tokens.codes, tokens.offsets, out)].data

    def write(self, rendered: memoryview) -> None:
        """Write the lines of a batch."""
        self._file.write(rendered)

    def finish(self) -> None:
        """Nothing stands at the end."""
