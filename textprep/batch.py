"""Batch preprocessing: files of documents in, files of tokens out, in memory that does not grow with them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from textprep import InputError, Pipeline
from textprep.arrow_strings import buffers_of
from textprep.atomic import atomic_file
from textprep.distinct_words import DistinctWords
from textprep.heap import trim
from textprep.ordered_threads import alongside, in_order
from textprep.output_place import check_output
from textprep.readers import BadRow, open_documents
from textprep.readers.columns import Column, text_name
from textprep.writers.formats import by_ending

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_BYTES = 8 << 20  # enough that what is done for each distinct word of a batch weighs little
TRIMMED = 3  # batches after which several threads give free memory back: seldom enough to cost nothing
NEW_COLUMNS = ("tokens", "starts", "ends", "ids")


@dataclass
class Totals:
    """What a run of `preprocess` went through.

    Attributes:
        documents: How many documents.
        tokens: How many tokens they gave.
        types: How many distinct words among these (see `textprep.distinct_words`).
        types_error: The relative standard error of `types`: 0 up to a quarter of a million, then 0.0024.
        bytes: Of UTF-8 text in the documents.
        seconds: Wall-clock time from opening the first input to closing the output.
    """

    documents: int = 0
    tokens: int = 0
    types: int = 0
    types_error: float = 0.0
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
    column: Column = "text",
    header: bool = True,
    encoding: str = "utf-8",
    threads: int = 1,
    on_bad_row: Callable[[BadRow], object] | None = None,
) -> Totals:
    """Turn files of documents into one file of tokens.

    Args:
        inputs: Text lines, JSONL, CSV, TSV or Parquet (see `textprep.readers.documents`).
        out: A `.parquet`, `.jsonl` or `.txt` file: the input's columns and `tokens`, `starts`, `ends` (and `ids`, if
            the pipeline has a vocabulary); in `.txt` the tokens alone, with a space between.
        pipeline: From texts to tokens.
        column: The column of the texts: its name, its number, or several to be joined (`textprep.readers.columns`).
        header: Whether the first line of a CSV or TSV file names its columns.
        encoding: Of the text in the inputs, a name that Python knows.
        threads: How many batches are worked on at once, while another thread writes; the output is the same.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: An input cannot be read, or has columns other than the first one's.
        ConfigError: `out` has another ending, is an input, or cannot be written.
    """
    formats = by_ending()
    check_output(out, formats, inputs)
    totals, words, start, text = Totals(), DistinctWords(), time.perf_counter(), text_name(column)
    with atomic_file(out) as part, part.open("wb") as file:
        writer = formats[Path(out).suffix](file)

        def work(batch: pa.RecordBatch) -> _Worked:
            tokens = pipeline(batch.column(text))
            ids = pipeline.vocabulary.ids(tokens) if pipeline.vocabulary else None
            size = int(np.ptp(buffers_of(batch.column(text))[1]))
            return _Worked(writer.render(batch, tokens, ids), tokens.types, (len(tokens), tokens.count, size))

        def write(worked: _Worked) -> tuple[int, int, int]:
            writer.write(worked.rendered)
            words.add(worked.types)
            return worked.counts

        read = partial(
            open_documents,
            column=column,
            header=header,
            encoding=encoding,
            batch_bytes=BATCH_BYTES,
            on_bad_row=on_bad_row,
        )
        batches = _documents(inputs, read, pipeline)
        with closing(in_order(work, batches, threads)) as worked, closing(alongside(write, worked)) as written:
            for number, (documents, count, size) in enumerate(written, 1):
                if threads == 1 or number % TRIMMED == 0:
                    trim()
                totals.documents += documents
                totals.tokens += count
                totals.bytes += size
        if not totals.documents:  # a valid file without rows, whose columns have their types
            write(work(_no_documents(text)))
        writer.finish()
    totals.types, totals.types_error = words.count, words.error
    totals.seconds = time.perf_counter() - start
    return totals


class _Worked(NamedTuple):
    """What is kept of a batch until it is written; its tokens take several times as much."""

    rendered: Any
    types: Any
    counts: tuple[int, int, int]  # documents, tokens, bytes of text


def _documents(
    inputs: Sequence[str | os.PathLike[str]], read: Callable[..., Iterable[pa.RecordBatch]], pipeline: Pipeline
) -> Iterator[pa.RecordBatch]:
    new = NEW_COLUMNS if pipeline.vocabulary else NEW_COLUMNS[:3]
    schema = None
    for path in inputs:
        for batch in read(path):
            if schema is None:
                schema = batch.schema
                check_columns_free(new, schema.names, path)
            elif not batch.schema.equals(schema):
                problem = f"columns {_columns(batch.schema)}, but the files before have {_columns(schema)}"
                raise InputError(problem, file=path, remedy="preprocess files of different columns one by one")
            yield batch


def check_columns_free(new: Iterable[str], present: Collection[str], file: str | os.PathLike[str]) -> None:
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
