"""Apache Parquet (parquet.apache.org): record batches in which every column keeps its type, or rows of some columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, OnBadRow
from textprep.readers.columns import Column
from textprep.readers.encoding import utf8_fault
from textprep.readers.row import Row
from textprep.readers.source import BLOCK_BYTES, PathLike, check_readable, shown
from textprep.readers.text_column import find_text_columns, text_batches

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_READ_AHEAD = 1 << 20  # bytes of each column; without a bound pyarrow reads all row groups, and each of them whole


def parquet_batches(
    path: PathLike, column: Column, batch_bytes: int, on_bad_row: OnBadRow, joiner: str
) -> Iterator[pa.RecordBatch]:
    """Yield the rows in batches of about `batch_bytes`; the text column becomes plain Arrow strings.

    Raises:
        InputError: The file is damaged, or has no text column, or that column holds something else.
    """
    file = shown(path)
    find_text_columns(file, column, _schema(path))
    yield from text_batches(file, _read(path, None, batch_bytes), column, joiner, on_bad_row)


def parquet_columns(path: PathLike) -> list[str]:
    """The names of all columns.

    Raises:
        InputError: The file cannot be read or is damaged.
    """
    check_readable(path)
    return list(_schema(path).names)


def parquet_rows(path: PathLike, columns: Sequence[str]) -> Iterator[Row | BadRow]:
    """Yield the rows, of these columns only, or what is wrong with them.

    Raises:
        InputError: The file is damaged.
    """
    file = shown(path)
    first = 1
    for batch in _read(path, columns, BLOCK_BYTES):
        try:
            yield from (Row(line, b"", values) for line, values in enumerate(batch.to_pylist(), first))
        except UnicodeDecodeError:  # raised before the first row of the batch is given
            yield from (_row(file, batch.slice(row, 1), first + row) for row in range(batch.num_rows))
        first += batch.num_rows


def _row(file: str, batch: pa.RecordBatch, line: int) -> Row | BadRow:
    try:
        return Row(line, b"", batch.to_pylist()[0])
    except UnicodeDecodeError as error:
        return BadRow(file, line, utf8_fault(error.object) or str(error), error.object)


def _schema(path: PathLike) -> pa.Schema:
    with _opened(path) as table:
        return table.schema_arrow


def _read(path: PathLike, columns: Sequence[str] | None, batch_bytes: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    with _opened(path) as table:
        size = sum(table.metadata.row_group(i).total_byte_size for i in range(table.num_row_groups))
        rows = batch_bytes * table.metadata.num_rows // max(size, 1)
        if not table.metadata.num_rows:
            kinds = table.schema_arrow
            yield pa.record_batch([pa.array([], field.type) for field in kinds], schema=kinds)
        yield from table.iter_batches(batch_size=max(1, rows), columns=columns)


@contextmanager
def _opened(path: PathLike) -> Iterator[pq.ParquetFile]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, buffer_size=_READ_AHEAD, pre_buffer=False) as table:
            yield table
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:  # the last of the name of a column
        raise InputError(f"the Parquet file is damaged ({error})", file=path, remedy="write it again") from error
