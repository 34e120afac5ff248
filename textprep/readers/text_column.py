"""The text column of record batches that come with a schema of their own: plain Arrow strings without null."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, OnBadRow, utf8_fault
from textprep.readers.columns import missing_column

if TYPE_CHECKING:
    import pyarrow as pa


def require_text_column(file: str, column: str, schema: pa.Schema) -> None:
    """Check that the column is there and holds strings.

    Raises:
        InputError: It is not, or it does not.
    """
    import pyarrow as pa

    if schema.get_field_index(column) < 0:
        raise missing_column(column, schema.names, file=file)
    kind = schema.field(column).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if not any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)):
        raise InputError(f"the column {column!r} holds {kind}, not strings", file=file, remedy="name the text column")


def good_rows(file: str, batch: pa.RecordBatch, column: str, first: int, on_bad_row: OnBadRow) -> pa.RecordBatch:
    """The batch without the rows whose text is null or not UTF-8; `first` is the number of its first row."""
    import pyarrow as pa

    position = batch.schema.get_field_index(column)
    texts = batch.column(position).cast(pa.string())
    batch = batch.set_column(position, column, texts)
    try:
        texts.validate(full=True)
        whole = not texts.null_count
    except pa.ArrowInvalid:
        whole = False
    if whole:
        return batch
    keep = []
    for row, text in enumerate(texts.cast(pa.binary()).to_pylist()):
        fault = f"{column!r} is null" if text is None else utf8_fault(text)
        keep.append(not fault)
        if fault:
            others = batch.remove_column(position).slice(row, 1).to_pylist()[0]
            raw = text or json.dumps(others, default=str, ensure_ascii=False).encode()
            on_bad_row(BadRow(file, first + row, fault, raw))
    return batch.filter(pa.array(keep, pa.bool_()))
