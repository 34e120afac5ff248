"""Rows to Arrow record batches of one schema, which the first batch settles for the whole file.

The rules, so that no value is changed or lost without a word:

- The text column holds strings, never null. A column that is only null in the first batch holds strings too.
- A column with objects, with lists of which all are empty, or with values of no common type, travels as JSON text.
- Later, a whole number may stand in a column of floats, and any key may be missing (null). A row with a value of
  another type, or with a key that the first batch did not have, is a bad row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from textprep.readers.bad_row import BadRow, OnBadRow
from textprep.readers.columns import HALF_PAIR, text_fault
from textprep.readers.row import Row, Table

if TYPE_CHECKING:
    import pyarrow as pa

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON = {b"textmill": b"json"}  # the metadata of a field that travels as JSON text
# What Arrow and json raise for a value that has no place; Arrow's own errors are kinds of these.
_MISFIT = (ValueError, TypeError, OverflowError, NotImplementedError, RecursionError)


def row_batches(table: Table, column: str, batch_bytes: int, on_bad_row: OnBadRow) -> Iterator[pa.RecordBatch]:
    """Yield the rows in batches of about `batch_bytes`; bad rows go to `on_bad_row`, in the order of the file.

    Where no row is good, one batch without rows has the columns, if they are known.
    """
    schema = None
    given = False
    for part in _parts(table.rows, batch_bytes):
        if schema is None and any(isinstance(row, Row) for row in part):
            schema = _settle([row for row in part if isinstance(row, Row)], column)
        batch = _good_rows(table.file, part, schema, column, on_bad_row)
        part.clear()  # the rows take several times as much as the batch
        if batch is not None and batch.num_rows:
            given = True
            yield batch
    if not given and (schema or table.names):
        yield _batch([], schema or _settle([], column, table.names or ()))


def _good_rows(
    file: str, part: Sequence[Row | BadRow], schema: pa.Schema | None, column: str, on_bad_row: OnBadRow
) -> pa.RecordBatch | None:
    """Those of the rows that can be used; the others go to `on_bad_row`."""
    bad = [row for row in part if isinstance(row, BadRow)]
    good = [row for row in part if isinstance(row, Row)]
    batch = None
    if schema:
        try:
            batch = _batch(good, schema)
        except _MISFIT:
            faults = [_fault(row, schema, column) for row in good]
            bad += [BadRow(file, r.line, fault, r.raw) for r, fault in zip(good, faults, strict=True) if fault]
            batch = _batch([row for row, fault in zip(good, faults, strict=True) if not fault], schema)
    for row in sorted(bad, key=lambda row: row.line):
        on_bad_row(row)
    return batch


def _parts(rows: Iterable[Row | BadRow], batch_bytes: int) -> Iterator[list[Row | BadRow]]:
    part: list[Row | BadRow] = []
    size = 0
    for row in rows:
        if size >= batch_bytes:  # asked now, so that nobody on the way holds on to a row of the part any more
            yield part
            part, size = [], 0
        part.append(row)
        size += len(row.raw)
        del row
    if part:
        yield part


def _settle(rows: Sequence[Row], column: str, known: Sequence[str] = ()) -> pa.Schema:
    """The schema of every batch of the file, its columns in the order in which they first appear."""
    import pyarrow as pa

    names = dict.fromkeys(known)
    names |= dict.fromkeys(name for row in rows for name in row.values if not _LONE_SURROGATE.search(name))
    fields = []
    for name in names | {column: None}:
        kind = pa.string() if name == column else _common_type([row.values.get(name) for row in rows])
        fields.append(pa.field(name, kind or pa.string(), name != column, metadata=None if kind else _JSON))
    return pa.schema(fields)


def _common_type(values: Sequence[object]) -> pa.DataType | None:
    """The type that holds all values as they are; None if they must travel as JSON text."""
    import pyarrow as pa

    try:
        kind = pa.array(values).type
    except UnicodeEncodeError:
        return pa.string()
    except _MISFIT:
        return None
    if pa.types.is_null(kind):
        return pa.string()
    element = kind
    while pa.types.is_list(element):
        element = element.value_type
    return None if pa.types.is_struct(element) or pa.types.is_null(element) else kind


def _batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    """The rows as one batch; raises one of `_MISFIT` if a row does not fit."""
    import pyarrow as pa

    names = set(schema.names)
    if not all(row.values.keys() <= names for row in rows):
        raise ValueError("a row has a new key")
    columns = [_array([row.values.get(field.name) for row in rows], field) for field in schema]
    fields = [field.remove_metadata() for field in schema]
    return pa.record_batch(columns, schema=pa.schema(fields))


def _array(values: Sequence[object], field: pa.Field) -> pa.Array:
    """The values as an array of the field's type; raises one of `_MISFIT` if a value is of another type."""
    import pyarrow as pa

    if field.metadata:
        values = [value if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    # Arrow's conversion to a given type is too obliging: it cuts 2.5 to 2, and takes a string for a list.
    array = pa.array(values)
    if array.null_count and not field.nullable:
        raise TypeError("missing or null")
    if array.type == field.type:
        return array
    if not _widens(array.type, field.type):
        raise TypeError(f"{array.type} where the first rows have {field.type}")
    return array.cast(field.type)


def _widens(kind: pa.DataType, wider: pa.DataType) -> bool:
    import pyarrow as pa

    if pa.types.is_list(kind) and pa.types.is_list(wider):
        return _widens(kind.value_type, wider.value_type)
    to_float = pa.types.is_int64(kind) and pa.types.is_float64(wider)
    return bool(kind == wider or pa.types.is_null(kind) or to_float)


def _fault(row: Row, schema: pa.Schema, column: str) -> str | None:
    """Why the row does not fit the schema; None if it does."""
    text = row.values.get(column)
    if not isinstance(text, str):
        return text_fault(column, text, row.values)
    if new := row.values.keys() - set(schema.names):
        return f"the key {min(new)!r} is not in the first rows, which have {', '.join(schema.names)}"
    for field in schema:
        try:
            _array([row.values.get(field.name)], field)
        except UnicodeEncodeError:
            return f"{field.name!r} {HALF_PAIR}"
        except _MISFIT as error:
            return f"{field.name!r} does not fit: {error}"
    return None
