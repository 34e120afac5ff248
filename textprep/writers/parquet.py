"""Apache Parquet (github.com/apache/parquet-format): a row group a batch, made whole by the thread that renders it.

The input's own columns are written by pyarrow. The columns of tokens, which hold hundreds of values a document, are
encoded here, at several times the speed: all have the same levels, which follow from where documents begin; words stay
codes into the dictionary of their batch; positions become differences of a few bits. The pages stand under one footer,
which begins as pyarrow's for a file of these columns. What a reader gets is what pyarrow would have written: the same
schema, the same values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, ClassVar

from textprep.writers import parquet_format as form
from textprep.writers.formats import WRITERS
from textprep.writers.parquet_lists import ListColumns
from textprep.writers.thrift import Struct, i64, list_of, read_struct, struct, write_struct

if TYPE_CHECKING:
    import pyarrow as pa

    from textprep.ids import Ids
    from textprep.tokens import Tokens

LONG = 64  # bytes a value from which a column is taken for one of documents


@dataclass(frozen=True)
class RowGroup:
    """A row group whose place in the file is not known yet.

    Attributes:
        schema: Of all columns.
        rows: How many documents.
        pages: Bytes of the pages, in order.
        chunks: What each column chunk is; where its pages begin is counted from the first page.
    """

    schema: pa.Schema
    rows: int
    pages: list[Any]
    chunks: list[Struct]


@WRITERS.register("parquet")
class ParquetWriter:
    """Writes a Parquet file."""

    ending: ClassVar[str] = ".parquet"

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.write(form.MAGIC)
        self._rows = 0
        self._schema: pa.Schema | None = None
        self._row_groups: list[Struct] = []

    def render(self, batch: pa.RecordBatch, tokens: Tokens, ids: Ids | None) -> RowGroup:
        """The pages of a batch."""
        schema = _schema(batch.schema, with_ids=ids is not None)
        if not batch.num_rows:
            return RowGroup(schema, 0, [], [])
        pages, chunks = _own_columns(batch)
        lists = ListColumns(tokens.offsets)
        lists.add_words("tokens", tokens.types, tokens.codes)
        lists.add_numbers("starts", tokens.starts)
        lists.add_numbers("ends", tokens.ends)
        if ids is not None:
            lists.add_numbers("ids", ids.values)
        chunks += [form.moved(chunk, len(pages)) for chunk in lists.chunks]
        return RowGroup(schema, batch.num_rows, [pages, *lists.pages], chunks)

    def write(self, rendered: RowGroup) -> None:
        """Write the pages of a batch."""
        self._schema = self._schema or rendered.schema
        if rendered.rows:
            chunks = [form.moved(chunk, self._size) for chunk in rendered.chunks]
            self._row_groups.append(form.row_group(chunks, rendered.rows))
            self._rows += rendered.rows
            self._size += sum(map(self._file.write, rendered.pages))

    def finish(self) -> None:
        """Write the footer."""
        footer = _footer(_written(self._schema, None))
        if self._row_groups:
            footer[form.NUM_ROWS] = i64(self._rows)
            footer[form.ROW_GROUPS] = list_of(list(map(struct, self._row_groups)))
        about = write_struct(footer)
        self._file.write(about + len(about).to_bytes(4, "little") + form.MAGIC)


def _schema(own: pa.Schema, with_ids: bool) -> pa.Schema:
    """The columns of the input and, behind them, the new ones."""
    import pyarrow as pa

    numbers = pa.large_list(pa.int32())
    new = {"tokens": pa.large_list(pa.dictionary(pa.int32(), pa.large_string())), "starts": numbers, "ends": numbers}
    for name, kind in (new | ({"ids": numbers} if with_ids else {})).items():
        own = own.append(pa.field(name, kind))
    return own


def _own_columns(batch: pa.RecordBatch) -> tuple[memoryview, list[Struct]]:
    """The pages of the input's columns, and what each column chunk is, with places counted from the first page."""
    whole = _written(batch.schema, batch)
    (group,) = _footer(whole)[form.ROW_GROUPS][1][1]
    chunks = [column[form.META_DATA][1] for column in group[form.COLUMNS][1][1]]
    first = len(form.MAGIC)
    size = sum(chunk[form.TOTAL_COMPRESSED_SIZE][1] for chunk in chunks)
    return memoryview(whole)[first : first + size], [form.moved(chunk, -first) for chunk in chunks]


def _written(schema: pa.Schema, batch: pa.RecordBatch | None) -> Any:
    """A Parquet file in memory, as pyarrow writes it, with the batch as its row group.

    For columns of documents no dictionary is tried, and no least and greatest is kept.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    values = [name for name in schema.names if batch is None or batch[name].nbytes <= LONG * batch.num_rows]
    options = {"compression": "zstd", "compression_level": form.ZSTD_LEVEL}
    with pq.ParquetWriter(sink, schema, use_dictionary=values, write_statistics=values, **options) as writer:
        if batch is not None:
            writer.write_batch(batch, row_group_size=batch.num_rows)
    return sink.getvalue()


def _footer(file: Any) -> Struct:
    """What the footer of a Parquet file in memory says."""
    end = len(form.MAGIC) + 4
    size = int.from_bytes(file[-end : 4 - end].to_pybytes(), "little")
    return read_struct(file[-end - size : -end].to_pybytes())[0]
