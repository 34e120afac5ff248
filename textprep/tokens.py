"""`Tokens`: the tokens of many documents in columns; a word that occurs a million times is stored once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import distinct

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of D documents: N tokens made of V distinct words.

    Attributes:
        types: The distinct words, an Arrow array of strings.  # (V,)
        codes: Which word each token is, an index into `types`.  # (N,)
        offsets: Where each document begins in `codes`.  # (D + 1,)
        starts, ends: Each token's span in the source text, in code points: `text[start:end]`.  # (N,)
    """

    types: Any
    codes: Ints
    offsets: Longs
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, words: list[str], codes: Ints, offsets: Longs, starts: Ints, ends: Ints) -> Tokens:
        """Make tokens whose distinct words are given as Python strings."""
        import pyarrow as pa

        tokens = cls(pa.array(words, pa.large_string()), codes, offsets, starts, ends)
        tokens.__dict__["words"] = words
        return tokens

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.offsets) - 1

    @property
    def count(self) -> int:
        """How many tokens there are."""
        return int(self.offsets[-1])

    @cached_property
    def words(self) -> list[str]:
        """The distinct words as Python strings.  # (V,)"""
        words: list[str] = self.types.to_pylist()
        return words

    @cached_property
    def rows(self) -> Longs:
        """The document of each token.  # (N,)"""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def __getitem__(self, document: int) -> list[str]:
        """The words of one document."""
        words = self.words
        return [words[code] for code in self.codes[self._slice(document)].tolist()]

    def __iter__(self) -> Iterator[list[str]]:
        return (self[document] for document in range(len(self)))

    def spans(self, document: int) -> list[tuple[int, int]]:
        """The (start, end) of each token of one document, in code points of its source text."""
        where = self._slice(document)
        return list(zip(self.starts[where].tolist(), self.ends[where].tolist(), strict=True))

    def to_lists(self) -> list[list[str]]:
        """The words of every document."""
        return list(self)

    def counts(self) -> Longs:
        """How often each word occurs.  # (V,)"""
        return np.bincount(self.codes, minlength=len(self.types)).astype(np.int64)

    def to_arrow(self) -> Any:
        """A record batch, a row a document: lists of `tokens` (dictionary-encoded words), `starts` and `ends`."""
        import pyarrow as pa

        offsets = pa.array(self.offsets)
        words = pa.DictionaryArray.from_arrays(pa.array(self.codes), self.types)
        columns = {"tokens": words, "starts": pa.array(self.starts), "ends": pa.array(self.ends)}
        return pa.RecordBatch.from_pydict(
            {name: pa.LargeListArray.from_arrays(offsets, values) for name, values in columns.items()}
        )

    @staticmethod
    def concat(parts: Sequence[Tokens]) -> Tokens:
        """The documents of all parts, in order, over one set of distinct words."""
        if len(parts) == 1:
            return parts[0]
        parts = with_shared_types(parts)
        sizes = np.cumsum([0, *(part.count for part in parts)])
        offsets = [part.offsets[:-1] + size for part, size in zip(parts, sizes[:-1], strict=True)]
        return Tokens(
            parts[0].types,
            np.concatenate([part.codes for part in parts]),
            np.concatenate([*offsets, sizes[-1:]]),
            np.concatenate([part.starts for part in parts]),
            np.concatenate([part.ends for part in parts]),
        )

    def _slice(self, document: int) -> slice:
        size = len(self)
        if not -size <= document < size:
            raise IndexError(f"document {document} of {size}")
        document %= size
        return slice(int(self.offsets[document]), int(self.offsets[document + 1]))


def with_shared_types(parts: Sequence[Tokens]) -> list[Tokens]:
    """The same parts, over one set of distinct words: those of the first part, then what each other one adds."""
    types = [part.types for part in parts]
    if all(each is types[0] for each in types):
        return list(parts)
    import pyarrow as pa

    codes, shared = distinct(pa.concat_arrays(types))
    bounds = np.cumsum([0, *map(len, types)]).tolist()
    return [
        replace(part, types=shared, codes=codes[first:last][part.codes])
        for part, first, last in zip(parts, bounds[:-1], bounds[1:], strict=True)
    ]
