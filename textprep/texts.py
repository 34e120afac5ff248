"""`Texts`: a column of documents with the edits made to it so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import buffers_of
from textprep.edits import Edits
from textprep.errors import InputError

TextSource: TypeAlias = "Sequence[str] | Iterable[str] | Texts | Any"

PADDING = 16  # readable bytes behind the text, for kernels that load eight bytes at a time


class Texts:
    """Documents as Python strings and as UTF-8 bytes, each made from the other when first asked for.

    Attributes:
        edits: What the text stages changed, in order; `to_source` follows them back.
    """

    def __init__(
        self,
        strings: list[str] | None = None,
        utf8: tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]] | None = None,
        edits: tuple[Edits, ...] = (),
    ) -> None:
        if strings is not None:
            self.strings = strings
        if utf8 is not None:
            self.utf8 = utf8
        self.edits = edits

    @classmethod
    def of(cls, source: TextSource) -> Texts:
        """Wrap a list, an Arrow (chunked) array, a pandas column, a `datasets` column or any iterable of strings.

        Raises:
            InputError: An item is not a string, or `source` is itself one string.
        """
        if isinstance(source, Texts):
            return source
        if isinstance(source, str | bytes):
            raise InputError("a single string was given where documents are expected", remedy="pass a list: [text]")
        if isinstance(source, Mapping) or hasattr(source, "columns"):  # iterating would give the columns' names
            names = [str(name) for name in _column_names(source)]
            raise InputError(
                f"a table was given ({type(source).__name__} with the columns {', '.join(names[:8])})",
                remedy=f"pass one column, such as table[{names[0]!r}]" if names else "pass one of its columns",
            )
        if type(source).__module__.startswith("pyarrow"):
            return cls._of_arrow(source)
        if not isinstance(source, Iterable):
            raise InputError(f"{type(source).__name__} is no column of documents", remedy="pass a list of strings")
        strings = source if isinstance(source, list) else list(source)
        for row, text in enumerate(strings, 1):
            if not isinstance(text, str):
                problem = f"document {row} is {type(text).__name__}, not str"
                raise InputError(problem, remedy="drop the row or turn it into a string")
        return cls(strings)

    @classmethod
    def _of_arrow(cls, column: Any) -> Texts:
        import pyarrow as pa

        if not isinstance(column, pa.Array | pa.ChunkedArray):
            raise InputError(f"a {type(column).__name__} was given", remedy="pass one of its columns")
        if not len(column):
            return cls([])
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if kind not in (pa.string(), pa.large_string(), pa.string_view()):
            raise InputError(f"the column holds {column.type}, not strings", remedy="choose a column of strings")
        if column.type not in (pa.string(), pa.large_string()) or isinstance(column, pa.ChunkedArray):
            column = column.cast(pa.large_string())  # a dictionary may itself hold a null, which shows only now
        if column.null_count:
            row = column.is_null().to_pylist().index(True) + 1
            raise InputError(f"document {row} is null", remedy="drop the row or turn it into a string")
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            raise InputError(f"the column is damaged ({error})", remedy="decode it with errors='replace'") from None
        letters, bounds = buffers_of(column)
        data = np.concatenate((letters[bounds[0] : bounds[-1]], np.zeros(PADDING, np.uint8)))
        data.flags.writeable = False  # as in `utf8`, so that the kernels are compiled once
        return cls(utf8=(data, bounds - bounds[0]))

    @cached_property
    def utf8(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """The documents' bytes with `PADDING` behind them, and where each begins.  # (bytes,), (documents + 1,)"""
        try:
            encoded = list(map(str.encode, self.strings))
        except UnicodeEncodeError as error:
            row = self.strings.index(error.object) + 1
            problem = f"document {row} has a lone surrogate at position {error.start}"
            raise InputError(problem, remedy="decode the text with errors='replace'") from None
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        return np.frombuffer(b"".join([*encoded, bytes(PADDING)]), np.uint8), offsets

    @cached_property
    def strings(self) -> list[str]:
        """The documents as Python strings."""
        data, offsets = self.utf8
        whole, bounds = memoryview(data), offsets.tolist()  # type: ignore[arg-type]
        return [str(whole[begin:end], "utf-8") for begin, end in zip(bounds[:-1], bounds[1:], strict=True)]

    def __len__(self) -> int:
        return len(self.strings) if "strings" in self.__dict__ else len(self.utf8[1]) - 1

    @property
    def size(self) -> int:
        """How many UTF-8 bytes the documents have."""
        offsets = self.utf8[1]
        return int(offsets[-1] - offsets[0])

    def edited(self, strings: list[str], edits: Edits) -> Texts:
        """The texts after one more text stage."""
        return Texts(strings, edits=(*self.edits, edits) if edits else self.edits)

    def split(self, parts: int) -> list[Texts]:
        """Cut into at most `parts` runs of documents of about the same length.

        Strings stay strings, so that the encoding of one part goes on beside the work on another.
        """
        strings, utf8 = self.__dict__.get("strings"), self.__dict__.get("utf8")
        offsets = utf8[1] if utf8 else np.append(0, np.cumsum(np.fromiter(map(len, self.strings), np.int64, len(self))))
        cuts = np.searchsorted(offsets, np.linspace(offsets[0], offsets[-1], parts + 1)[1:-1])
        bounds = np.unique([0, *cuts, len(self)]).tolist()
        return [
            Texts(
                strings and strings[a:b],
                utf8 and (utf8[0], utf8[1][a : b + 1]),
                tuple(edits.rows(a, b) for edits in self.edits),
            )
            for a, b in zip(bounds[:-1], bounds[1:], strict=True)
        ] or [self]

    def to_source(
        self, offsets: npt.NDArray[np.int64], starts: npt.NDArray[np.int32], ends: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Turn spans in these texts into spans in the source texts.

        Args:
            offsets: Where each document's spans begin.  # (documents + 1,)
            starts, ends: The spans, in code points.  # (spans,)
        """
        for edits in reversed(self.edits):
            starts, ends = edits.to_source(offsets, starts, ends)
        return starts, ends


def _column_names(table: Any) -> Iterable[object]:
    for attribute in ("column_names", "columns"):
        if hasattr(table, attribute):
            return list(getattr(table, attribute))
    return list(table)
