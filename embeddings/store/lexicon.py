"""Words ↔ rows without a Python dictionary: an open-addressing hash table that lives in the store's file.

A word's place in the table is the CRC-32 of its UTF-8 bytes (in C in Python's own zlib, in `lexicon_kernels.py` for
many words at once) modulo the table's size, a power of two at least twice the number of words; if that slot belongs to
another word, the next one is tried. A slot holds a row number, or -1 where the search ends in vain.

A table and words from a file may hold anything: no search goes past their ends or on for ever, and what is used as a
whole is checked at its first use.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from textprep.arrow_strings import buffers_of
from textprep.errors import ArtifactError

if TYPE_CHECKING:
    import pyarrow as pa

_MANY = 20_000  # from here on, the compiled search repays the import of numba


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Distinct words, in the order of their rows."""

    unchecked: pa.LargeStringArray  # (words,)
    table: NDArray[np.int32]  # (slots,)
    folder: Path | None = None
    """Where words and table come from; `None` if they were made here, and are sound."""

    @classmethod
    def of(cls, arrow: pa.LargeStringArray) -> tuple[Lexicon, NDArray[np.int64]]:
        """The lexicon of some words, and the rows (distinct words,) where each stands for the first time."""
        from embeddings.store.lexicon_kernels import build_table

        table = np.empty(1 << (2 * len(arrow)).bit_length(), np.int32)
        first = np.flatnonzero(build_table(*buffers_of(arrow), table))  # (distinct words,)
        if len(first) == len(arrow):
            table.flags.writeable = False
            return cls(arrow, table), first
        return cls.of(arrow.take(first))[0], first

    def __len__(self) -> int:
        return len(self.unchecked)

    @cached_property
    def arrow(self) -> pa.LargeStringArray:
        """The words (words,).

        Raises:
            ArtifactError: Their bounds or their UTF-8 are damaged.
        """
        if self.folder is not None:
            import pyarrow as pa

            try:
                self.unchecked.validate(full=True)
            except pa.ArrowInvalid as error:
                raise self._damaged(str(error)) from error
        return self.unchecked

    def find(self, word: str) -> int:
        """The row of a word, or -1.

        Raises:
            ArtifactError: The table or the words are damaged.
        """
        key = word.encode("utf-8", "surrogatepass")
        table, offsets, data = self._views
        mask = len(table) - 1
        slot = home = zlib.crc32(key) & mask
        try:
            while (row := table[slot]) >= 0 and data[offsets[row] : offsets[row + 1]] != key:
                slot = (slot + 1) & mask
                if slot == home:
                    raise self._damaged("its table has no free slot")
        except IndexError as error:
            raise self._damaged("its table names a row that does not exist") from error
        return row if row >= 0 else -1

    def find_all(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The rows (len(words),) of some words, -1 where there is none.

        Raises:
            ArtifactError: The table or the words are damaged.
        """
        if len(words) < _MANY:
            return np.fromiter(map(self.find, words), np.int64, len(words))
        import pyarrow as pa

        from embeddings.store.lexicon_kernels import DAMAGED, find_rows

        try:
            wanted = pa.array(words, pa.large_string())
        except UnicodeEncodeError:  # a lone surrogate somewhere
            return np.fromiter(map(self.find, words), np.int64, len(words))
        rows = find_rows(*buffers_of(wanted), *buffers_of(self.arrow), self.table)
        if (rows == DAMAGED).any():
            raise self._damaged("its table names a row that does not exist, or has no free slot")
        return rows

    def word(self, row: int) -> str:
        """The word of a row.

        Raises:
            ArtifactError: It is damaged.
        """
        _, offsets, data = self._views
        try:
            return str(data[offsets[row] : offsets[row + 1]], "utf-8")
        except UnicodeDecodeError as error:
            raise self._damaged(f"the word of row {row + 1} is not UTF-8") from error

    @cached_property
    def words(self) -> list[str]:
        """All words as Python strings, made at first use."""
        words: list[str] = self.arrow.to_pylist()
        return words

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview, memoryview]:
        """Table, offsets and bytes as memoryviews: for single items these are several times faster than arrays."""
        data, offsets = buffers_of(self.unchecked)
        return self.table.data, offsets.data, data.data

    def _damaged(self, problem: str) -> ArtifactError:
        return ArtifactError(f"{self.folder} is damaged ({problem}); make it again")
