"""The batches of a corpus, in whatever form it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from textprep.errors import InputError
from textprep.texts import Texts, TextSource

DOCUMENTS = 8192  # a batch, where single documents arrive


def text_batches(source: Any, column: str = "text") -> Iterator[TextSource]:
    """Cut a corpus into what a pipeline takes at once, in its order.

    Args:
        source: A list of strings or an Arrow array (one batch); an Arrow table, a record batch or a reader of them; or
            an iterable, of strings or of batches: lists, arrays, record batches.
        column: Which column of tables and record batches holds the texts.

    Raises:
        InputError: There is no such column.
    """
    if _is_arrow(source) and hasattr(source, "type"):  # a column
        yield from source.chunks if hasattr(source, "chunks") else [source]
        return
    if isinstance(source, Texts | str | Mapping) or hasattr(source, "columns") or not isinstance(source, Iterable):
        yield from _column(source, column)  # what is neither texts nor a table is refused by `Texts.of`
        return
    documents = iter(source)
    for first in islice(documents, 1):
        if isinstance(source, list | tuple) and not (isinstance(first, list | tuple | Texts) or _is_arrow(first)):
            yield source
        elif isinstance(first, str):
            yield from _in_lists(chain([first], documents))
        else:
            for batch in chain([first], documents):
                yield from _column(batch, column)


def is_one_shot(source: Any) -> bool:
    """Whether a corpus can be read once only, as a generator can."""
    return isinstance(source, Iterator) or (_is_arrow(source) and hasattr(source, "read_next_batch"))


def _in_lists(documents: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(documents, DOCUMENTS)):
        yield batch


def _column(batch: Any, column: str) -> Iterator[TextSource]:
    """The text column of a table or record batch; anything else as it is."""
    if not (_is_arrow(batch) and hasattr(batch, "schema")):
        yield batch
        return
    if column not in batch.schema.names:
        known = ", ".join(batch.schema.names)
        raise InputError(f"the record batch has no column {column!r}, but {known}", remedy="name it with column=")
    values = batch.column(column)
    yield from values.chunks if hasattr(values, "chunks") else [values]


def _is_arrow(source: Any) -> bool:
    return type(source).__module__.startswith("pyarrow")
