"""Documents from a file of any size, as a stream of Arrow record batches: the way in for `prep` and `predict`.

| name ends in | is read as | its columns |
|---|---|---|
| `.jsonl`, `.ndjson`, `.json` | one JSON object a line | `row_batches.py` says how types are settled |
| `.csv` | RFC 4180, with or without a header | strings |
| `.tsv` | tab-separated, with or without a header, without quoting | strings |
| `.parquet` | Apache Parquet | as they are |
| anything else, or `-` for standard input | one document a line | the text alone |

All but Parquet may be compressed as well: `.gz`, `.xz`, `.bz2`, `.zst`, or a `.zip` of one file, whose own name tells
the format. What is packed in another way, or against its name, is refused. `columns.py` says how the text column is
chosen, and what it is called then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textprep.readers.bad_row import OnBadRow, refuse
from textprep.readers.columns import JOINER, Column, text_name
from textprep.readers.encoding import UTF8, check_encoding
from textprep.readers.parquet import parquet_batches
from textprep.readers.row_batches import row_batches
from textprep.readers.seen_columns import SeenColumns
from textprep.readers.source import BLOCK_BYTES, PathLike, check_readable, suffix
from textprep.readers.tables import is_table, open_table
from textprep.readers.text_lines import text_line_batches
from textprep.readers.text_rows import text_table

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST_BATCH = 1 << 30  # Arrow strings count their bytes with int32


def open_documents(
    path: PathLike,
    column: Column = "text",
    *,
    header: bool = True,
    joiner: str = JOINER,
    encoding: str = UTF8,
    batch_bytes: int = BLOCK_BYTES,
    on_bad_row: OnBadRow | None = None,
) -> Iterator[pa.RecordBatch]:
    """Stream the documents of a file, in its order; memory does not grow with the file.

    Args:
        path: The file, or `-` for text lines on standard input.
        column: The column that holds the text: its name, its number from 0, or several to be joined. Of text lines,
            the name that they get.
        header: Whether the first row of CSV and TSV names the columns; else they are "0", "1", "2" and so on.
        joiner: What stands between the texts of several columns.
        encoding: The encoding of the file, by any name that Python knows; of no account for Parquet.
        batch_bytes: About how many bytes of the file make a batch; a longer document makes one of its own.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Returns:
        Batches of at least one row and of one schema, in which the column `text_name(column)` (the name itself, or
        `text` if it was chosen by number or joined) holds strings and no null. An empty line of text is an empty
        document. A file without a good row gives one batch without rows, from which its columns can be seen, or none
        if it does not say which it has.

    Raises:
        InputError: The file cannot be read (at once), has no header or text column, or has a bad row (when the
            reading gets there). In JSON Lines a column is known to be missing when no row had a string there.
        ConfigError: There is no such encoding.
    """
    check_readable(path)
    check_encoding(encoding)
    on_bad_row = on_bad_row or refuse
    batch_bytes = min(batch_bytes, _LARGEST_BATCH)
    if suffix(path) == ".parquet":
        return parquet_batches(path, column, batch_bytes, on_bad_row, joiner)
    if not is_table(path):
        return text_line_batches(path, text_name(column), batch_bytes, on_bad_row, encoding)

    def batches() -> Iterator[pa.RecordBatch]:
        table = open_table(path, header, encoding)
        seen = SeenColumns(table.file, column) if table.names is None else None
        if seen:
            table = seen.watched(table)
        yield from row_batches(text_table(table, column, joiner), text_name(column), batch_bytes, on_bad_row)
        if seen:
            seen.check()

    return batches()
