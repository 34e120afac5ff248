"""Documents from a file of any size, as a stream of Arrow record batches: the way in for `prep` and `predict`.

| name ends in | is read as | its columns |
|---|---|---|
| `.jsonl`, `.ndjson`, `.json` | one JSON object a line | `table.py` says how types are settled |
| `.csv` | RFC 4180, with a header | strings |
| `.tsv` | tab-separated, with a header, without quoting | strings |
| `.parquet` | Apache Parquet | as they are |
| anything else, or `-` for standard input | one document a line | the text alone |

All but Parquet may be compressed as well (`reviews.csv.gz`, `notes.txt.xz`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textprep.readers.bad_row import OnBadRow, refuse
from textprep.readers.jsonl import jsonl_rows
from textprep.readers.parquet import parquet_batches
from textprep.readers.separated import csv_rows, tsv_rows
from textprep.readers.source import BLOCK_BYTES, PathLike, check_readable, shown, suffix
from textprep.readers.table import row_batches
from textprep.readers.text_lines import text_line_batches

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST_BATCH = 1 << 30  # Arrow strings count their bytes with int32


def open_documents(
    path: PathLike,
    column: str = "text",
    *,
    batch_bytes: int = BLOCK_BYTES,
    on_bad_row: OnBadRow | None = None,
) -> Iterator[pa.RecordBatch]:
    """Stream the documents of a file, in its order; memory does not grow with the file.

    Args:
        path: The file, or `-` for text lines on standard input.
        column: The column that holds the text; for text lines, the name it gets.
        batch_bytes: About how many bytes of the file make a batch; a longer document makes one of its own.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Returns:
        Batches of at least one row and of one schema, in which `column` holds strings and no null. An empty
        line of text is an empty document. An empty file gives no batch.

    Raises:
        InputError: The file cannot be read (at once), has no header or text column, or has a bad row (when the
            reading gets there).
    """
    check_readable(path)
    on_bad_row = on_bad_row or refuse
    batch_bytes = min(batch_bytes, _LARGEST_BATCH)
    ending = suffix(path)
    if ending == ".parquet":
        return parquet_batches(path, column, batch_bytes, on_bad_row)
    if ending in {".jsonl", ".ndjson", ".json"}:
        return row_batches(shown(path), jsonl_rows(path), column, batch_bytes, on_bad_row)
    if ending in {".csv", ".tsv"}:
        rows = csv_rows(path, column) if ending == ".csv" else tsv_rows(path, column)
        return row_batches(shown(path), rows, column, batch_bytes, on_bad_row)
    return text_line_batches(path, column, batch_bytes, on_bad_row)
