"""The text column of record batches that come with a schema of their own: plain Arrow strings without null."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, OnBadRow
from textprep.readers.columns import Column, check_free, find_columns, text_name
from textprep.readers.encoding import utf8_fault

if TYPE_CHECKING:
    import pyarrow as pa


def find_text_columns(file: str, column: Column, schema: pa.Schema) -> list[str]:
    """The names of the chosen columns.

    Raises:
        InputError: One is not there, or does not hold strings.
    """
    import pyarrow as pa

    names = find_columns(column, schema.names, file)
    check_free(names, text_name(column), schema.names, file)
    for name in names:
        if schema.get_field_index(name) < 0:
            raise InputError(f"there are two columns {name!r}", file=file, remedy="rename one")
        kind = schema.field(name).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if not any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)):
            raise InputError(f"the column {name!r} holds {kind}, not strings", file=file, remedy="name the text column")
    return names


def text_batches(
    file: str, batches: Iterable[pa.RecordBatch], column: Column, joiner: str, on_bad_row: OnBadRow
) -> Iterator[pa.RecordBatch]:
    """The batches with their text in the column `text_name(column)`, without the rows that have none.

    Where no row has one, a batch without rows has the columns.

    Raises:
        InputError: There is no such column, or it holds no strings.
    """
    new = text_name(column)
    first = 1
    given, empty = False, None
    for batch in batches:
        names = find_text_columns(file, column, batch.schema)
        named = " or ".join(map(repr, names))
        good = _good_rows(file, _joined(batch, names, new, joiner), new, named, first, on_bad_row)
        first += batch.num_rows
        if good.num_rows:
            given = True
            yield good
        elif not given:
            empty = good
    if not given and empty is not None:
        yield empty


def _joined(batch: pa.RecordBatch, names: Sequence[str], new: str, joiner: str) -> pa.RecordBatch:
    """The batch with the texts of the columns `names` joined in the place of the first of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = [batch.column(name).cast(pa.string()) for name in names]
    texts = pc.binary_join_element_wise(*parts, joiner) if len(parts) > 1 else parts[0]  # null where a part is null
    batch = batch.set_column(batch.schema.get_field_index(names[0]), new, texts)
    return batch.drop_columns(sorted(set(names[1:]) - {names[0]}))


def _good_rows(
    file: str, batch: pa.RecordBatch, column: str, named: str, first: int, on_bad_row: OnBadRow
) -> pa.RecordBatch:
    """The batch without the rows whose text is null, or that hold what is not UTF-8; `first` is its first row's number.

    `named` is what the text is called in messages: the columns that it was made of.
    """
    import pyarrow as pa

    texts = batch.column(column)
    others = batch.drop_columns([column])
    damaged = [name for name, values in zip(others.schema.names, others.columns, strict=True) if not _is_valid(values)]
    if _is_valid(texts) and not texts.null_count and not damaged:
        return batch
    keep = []
    for row, text in enumerate(texts.cast(pa.binary()).to_pylist()):
        fault = f"{named} is null" if text is None else utf8_fault(text)
        in_others = [name for name in damaged if not _is_valid(batch.column(name).slice(row, 1))]
        keep.append(not fault and not in_others)
        if not keep[-1]:
            raw = text if fault and text else _as_json((others if text is None else batch).slice(row, 1))
            on_bad_row(BadRow(file, first + row, fault or f"{in_others[0]!r} is not UTF-8", raw))
    return batch.filter(pa.array(keep, pa.bool_()))


def _is_valid(values: pa.Array) -> bool:
    """Whether the strings among the values are UTF-8, which Parquet does not see to."""
    import pyarrow as pa

    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _as_json(row: pa.RecordBatch) -> bytes:
    """A batch of one row as JSON, with `\\xff` for what is not UTF-8."""
    return json.dumps(
        dict(zip(row.schema.names, map(_value, row.columns), strict=True)), default=str, ensure_ascii=False
    ).encode()


def _value(values: pa.Array) -> object:
    """The only value of an array."""
    import pyarrow as pa

    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        value = values.cast(pa.large_binary())[0].as_py()
        return value and value.decode(errors="backslashreplace")
    try:
        return values[0].as_py()
    except UnicodeDecodeError:
        return f"{values.type} that is not UTF-8"
