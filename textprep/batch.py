"""Batch preprocessing: files of documents in, files of tokens out, in memory that does not grow with them."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from textprep import Ids, InputError, Pipeline, Tokens
from textprep.atomic import atomic_file
from textprep.ordered_threads import in_order
from textprep.output_place import check_output
from textprep.readers import BadRow, open_documents

if TYPE_CHECKING:
    import pyarrow as pa

NEW_COLUMNS = ("tokens", "starts", "ends", "ids")

Write: TypeAlias = Callable[[Any], object]


@dataclass
class Totals:
    """What a run of `preprocess` went through.

    Attributes:
        documents: How many documents.
        tokens: How many tokens they gave.
        types: How many distinct words among these.
        bytes: Of UTF-8 text in the documents.
        seconds: Wall-clock time from opening the first input to closing the output.
    """

    documents: int = 0
    tokens: int = 0
    types: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, float]:
        """The totals with the throughput in megabytes (10^6 bytes) a second."""
        return {**vars(self), "mb_per_s": self.bytes / 1e6 / self.seconds if self.seconds else 0.0}


def preprocess(
    inputs: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    pipeline: Pipeline,
    *,
    column: str = "text",
    threads: int = 1,
    on_bad_row: Callable[[BadRow], object] | None = None,
) -> Totals:
    """Turn files of documents into one file of tokens.

    Args:
        inputs: Text lines, JSONL, CSV, TSV or Parquet (see `textprep.readers.documents`).
        out: A `.parquet`, `.jsonl` or `.txt` file: the input's columns and `tokens`, `starts`, `ends` (and `ids`, if
            the pipeline has a vocabulary); in `.txt` the tokens alone, with a space between.
        pipeline: From texts to tokens.
        column: The column of the texts.
        threads: How many batches are worked on at once; the output is the same.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: An input cannot be read, or has columns other than the first one's.
        ConfigError: `out` has another ending, is an input, or cannot be written.
    """
    check_output(out, FORMATS, inputs)
    totals = Totals()
    words: set[str] = set()
    start = time.perf_counter()

    render, open_writer = FORMATS[Path(out).suffix]

    def work(batch: pa.RecordBatch) -> tuple[Any, Tokens, int]:
        tokens = pipeline(batch.column(column))
        ids = pipeline.vocabulary.ids(tokens) if pipeline.vocabulary else None
        return render(batch, tokens, ids), tokens, _text_bytes(batch.column(column))

    batches = _documents(inputs, column, pipeline, on_bad_row)
    with open_writer(Path(out)) as write:
        for rendered, tokens, size in in_order(work, batches, threads):
            write(rendered)
            totals.documents += len(tokens)
            totals.tokens += tokens.count
            totals.bytes += size
            words.update(tokens.words)
        if not totals.documents:  # a valid file without rows, whose columns have their types
            write(work(_no_documents(column))[0])
    totals.types = len(words)
    totals.seconds = time.perf_counter() - start
    return totals


def _documents(
    inputs: Sequence[str | os.PathLike[str]],
    column: str,
    pipeline: Pipeline,
    on_bad_row: Callable[[BadRow], object] | None,
) -> Iterator[pa.RecordBatch]:
    new = NEW_COLUMNS if pipeline.vocabulary else NEW_COLUMNS[:3]
    schema = None
    for path in inputs:
        for batch in open_documents(path, column, on_bad_row=on_bad_row):
            if schema is None:
                schema = batch.schema
                check_columns_free(new, schema.names, path)
            elif not batch.schema.equals(schema):
                problem = f"columns {_columns(batch.schema)}, but the files before have {_columns(schema)}"
                raise InputError(problem, file=path, remedy="preprocess files of different columns one by one")
            yield batch


def check_columns_free(new: Iterable[str], present: Sequence[str], file: str | os.PathLike[str]) -> None:
    """Raise InputError if a column to be added is there already."""
    taken = [name for name in new if name in present]
    if taken:
        problem = f"there is a column {taken[0]!r} already"
        raise InputError(problem, file=file, remedy="rename it; it would be overwritten")


def _no_documents(column: str) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.record_batch([pa.array([], pa.string())], names=[column])


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} ({field.type})" for field in schema)


def _text_bytes(column: Any) -> int:
    import pyarrow.compute as pc

    return pc.sum(pc.binary_length(column)).as_py() or 0


def _as_arrow(batch: pa.RecordBatch, tokens: Tokens, ids: Ids | None) -> pa.RecordBatch:
    for name, values in zip(NEW_COLUMNS, tokens.to_arrow().columns, strict=False):
        batch = batch.append_column(name, values)
    return batch if ids is None else batch.append_column("ids", ids.to_arrow())


def _as_json(batch: pa.RecordBatch, tokens: Tokens, ids: Ids | None) -> str:
    """JSON Lines; a word is turned into JSON once, however often it occurs."""
    words = [json.dumps(word, ensure_ascii=False) for word in tokens.words]
    codes, starts, ends = tokens.codes.tolist(), tokens.starts.tolist(), tokens.ends.tolist()
    offsets = tokens.offsets.tolist()
    lines = []
    for row, line in enumerate(json_lines(batch.to_pylist())):
        here = slice(offsets[row], offsets[row + 1])
        listed = ", ".join(map(words.__getitem__, codes[here]))
        new = f'"tokens": [{listed}], "starts": {starts[here]}, "ends": {ends[here]}'
        if ids is not None:
            new += f', "ids": {ids[row].tolist()}'
        lines.append(f"{line[:-2]}, {new}}}\n")  # the row's own columns, of which there is at least the text
    return "".join(lines)


def _as_text(batch: pa.RecordBatch, tokens: Tokens, ids: Ids | None) -> str:
    return "".join(" ".join(words) + "\n" for words in tokens)


@contextmanager
def _parquet_writer(out: Path) -> Iterator[Write]:
    import pyarrow.parquet as pq

    with atomic_file(out) as part:
        writer: Any = None

        def write(batch: pa.RecordBatch) -> None:
            nonlocal writer
            writer = writer or pq.ParquetWriter(part, batch.schema, compression="zstd")
            writer.write_batch(batch)

        try:
            yield write
        finally:
            if writer is not None:
                writer.close()


@contextmanager
def _line_writer(out: Path) -> Iterator[Write]:
    with atomic_file(out) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        yield file.write


FORMATS: dict[str, tuple[Callable[[Any, Tokens, Ids | None], Any], Callable[[Path], AbstractContextManager[Write]]]] = {
    ".parquet": (_as_arrow, _parquet_writer),
    ".jsonl": (_as_json, _line_writer),
    ".txt": (_as_text, _line_writer),
}


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Rows as JSON Lines; what JSON has not becomes its text (dates, bytes) or null (NaN, infinity)."""
    for row in rows:
        try:
            line = json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
        except ValueError:
            line = json.dumps(_finite(row), ensure_ascii=False, default=str)
        yield line + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
