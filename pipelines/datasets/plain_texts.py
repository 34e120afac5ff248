"""Texts as they are: what a language model learns from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from textprep.readers.bad_row import OnBadRow, refuse, undecodable
from textprep.readers.columns import Column, text_name
from textprep.readers.documents import open_documents
from textprep.readers.encoding import UTF8
from textprep.readers.huggingface import documents_from_dataset, name_of
from textprep.readers.source import PathLike, numbered_lines, shown, suffix
from textprep.readers.tables import is_table

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset


@dataclass(frozen=True)
class PlainTexts:
    """Texts without labels.

    Attributes:
        texts: The texts.
        source: Where they come from, for messages.
    """

    texts: list[str] = field(repr=False)
    source: str

    def __len__(self) -> int:
        return len(self.texts)

    def select(self, rows: Sequence[int], source: str) -> PlainTexts:
        """The texts `rows`, in that order, under a name of their own for messages."""
        return PlainTexts([self.texts[row] for row in rows], source)


def read_texts(
    path: PathLike,
    column: Column = "text",
    *,
    header: bool = True,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> PlainTexts:
    """The documents of a file: lines of text, or the column of a table (see `textprep.readers.documents`).

    Args:
        path: The file, perhaps packed.
        column: The column of the texts, where there are columns.
        header: Whether the first line of a CSV or TSV file names its columns.
        encoding: Of the file.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: The file cannot be read.
    """
    batches = open_documents(path, column, header=header, encoding=encoding, on_bad_row=on_bad_row)
    return _collected(batches, column, shown(path))


def read_whole(path: PathLike, *, encoding: str = UTF8, on_bad_row: OnBadRow | None = None) -> PlainTexts:
    """A file of text, perhaps packed, as one document, with a line feed behind each of its lines.

    Args:
        path: The file.
        encoding: Of the file.
        on_bad_row: What gets each line that cannot be used; without it the first one is an error.

    Raises:
        InputError: The file cannot be read.
    """
    lines = []
    for number, line in numbered_lines(path, encoding):
        if bad := undecodable(shown(path), number, line, encoding):
            (on_bad_row or refuse)(bad)
        else:
            lines.append(line.decode() + "\n")
    return PlainTexts(["".join(lines)], shown(path))


def read_documents(
    path: PathLike,
    column: Column = "text",
    *,
    header: bool = True,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> PlainTexts:
    """Documents of more than a line: each row of a table is one; in a file of text, empty lines stand between them.

    A document has a line feed between its lines.

    Args, Raises: As `read_texts`.
    """
    read = read_texts(path, column, header=header, encoding=encoding, on_bad_row=on_bad_row)
    if is_table(path) or suffix(path) == ".parquet":
        return read
    by_blank = groupby(read.texts, key=lambda line: not line.strip())
    return PlainTexts(["\n".join(lines) for blank, lines in by_blank if not blank], read.source)


def texts_from_dataset(dataset: Dataset, column: Column = "text", *, on_bad_row: OnBadRow | None = None) -> PlainTexts:
    """The texts in a column of a `datasets.Dataset`.

    Raises:
        InputError: It is no single split, lacks the column, or a row has no text.
    """
    return _collected(documents_from_dataset(dataset, column, on_bad_row=on_bad_row), column, name_of(dataset))


def _collected(batches: Iterable[pa.RecordBatch], column: Column, source: str) -> PlainTexts:
    return PlainTexts([text for batch in batches for text in batch.column(text_name(column)).to_pylist()], source)
