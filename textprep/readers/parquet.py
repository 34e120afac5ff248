"""Apache Parquet (parquet.apache.org) as a stream of record batches; every column keeps its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textprep.errors import InputError
from textprep.readers.bad_row import OnBadRow
from textprep.readers.source import PathLike, shown
from textprep.readers.text_column import good_rows, require_text_column

if TYPE_CHECKING:
    import pyarrow as pa


def parquet_batches(path: PathLike, column: str, batch_bytes: int, on_bad_row: OnBadRow) -> Iterator[pa.RecordBatch]:
    """Yield the rows in batches of about `batch_bytes`; the text column becomes plain Arrow strings.

    Raises:
        InputError: The file is damaged, or has no text column, or that column holds something else.
    """
    first = 1
    for batch in _read(path, column, batch_bytes):
        good = good_rows(shown(path), batch, column, first, on_bad_row)
        first += batch.num_rows
        if good.num_rows:
            yield good


def _read(path: PathLike, column: str, batch_bytes: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as table:
            require_text_column(shown(path), column, table.schema_arrow)
            size = sum(table.metadata.row_group(i).total_byte_size for i in range(table.num_row_groups))
            rows = batch_bytes * table.metadata.num_rows // max(size, 1)
            yield from table.iter_batches(batch_size=max(1, rows))
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"the Parquet file is damaged ({error})", file=path, remedy="write it again") from error
