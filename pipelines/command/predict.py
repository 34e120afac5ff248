"""`textmill predict`: use a run on new texts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.command.bad_rows import OnError, OnErrorOption, bad_rows
from pipelines.command.document_options import Encoding, FirstColumn, NoHeader, SecondColumn
from pipelines.command.output_lines import output_lines
from pipelines.command.run_options import Device, Threads, in_place_of_the_runs

if TYPE_CHECKING:
    from pipelines.tasks.pairs import PairsRun
    from pipelines.tasks.tag_task import TagRun

WORD_COLUMNS = ("words", "tags")
FIRST_LINES = 50
PAIRS = 1000  # that are labelled together
COLUMN_FILES = (".conll", ".conllu", ".iob", ".bio")


def predict(
    run: Annotated[str, typer.Argument(help="A run folder.")],
    file: Annotated[
        str,
        typer.Argument(
            help="Text lines, JSONL, CSV, TSV or Parquet; - for text lines on stdin. For a tagger also CoNLL."
        ),
    ] = "-",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A JSONL file; standard output if not given.")] = None,
    column: FirstColumn = None,
    second: SecondColumn = None,
    no_header: NoHeader = False,
    words: Annotated[
        bool, typer.Option("--words", help="The texts are sentences cut into words, parted by spaces: tag these.")
    ] = False,
    encoding: Encoding = None,
    on_error: OnErrorOption = OnError.STOP,
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Label texts, find their entities or tag their words: one JSON object a text, with all its columns.

    Given words (--words, or a CoNLL file) are tagged as they are, a JSON object a sentence. A run of pairs takes two
    columns, --column and --second.
    """
    from pipelines.runs.load import load
    from pipelines.tasks.pairs import PairsRun
    from pipelines.tasks.tag_task import TagRun
    from textprep.batch import check_columns_free
    from textprep.errors import ConfigError
    from textprep.output_place import check_output
    from textprep.readers import open_documents
    from textprep.readers.columns import text_name, written_column
    from textprep.writers.jsonl import json_lines

    if out is not None:
        check_output(out, [".jsonl"], [file])
    model = load(run, in_place_of_the_runs(encoding, device, threads))
    tagger = model if isinstance(model, TagRun) else None
    if words and not tagger:
        raise ConfigError(f"{run}: a run of the task {model.task.name!r} takes whole texts; leave out --words")
    if second and not isinstance(model, PairsRun):
        raise ConfigError(f"{run}: a run of the task {model.task.name!r} takes single texts; leave out --second")
    with bad_rows(on_error, out, [file]) as on_bad_row, output_lines(out) as lines:
        if tagger and not words and _is_column_file(file, tagger):
            print(f"textmill: {file} is read as a column file, a word a line", file=sys.stderr)
            lines.writelines(json_lines(tagger.word_records(tagger.task.read(file, "test").words)))
            return
        reading: dict[str, Any] = {"header": not no_header, "encoding": encoding or "utf-8", "on_bad_row": on_bad_row}
        if isinstance(model, PairsRun):
            lines.writelines(json_lines(_pair_records(model, file, column, second, reading)))
            return
        chosen = written_column(column or "text")
        for batch in open_documents(file, chosen, batch_bytes=1 << 18, **reading):
            check_columns_free(WORD_COLUMNS if words else model.columns, batch.schema.names, file)
            rows = batch.to_pylist()
            texts = [row[text_name(chosen)] for row in rows]
            found = tagger.word_records([text.split() for text in texts]) if words and tagger else model.records(texts)
            lines.writelines(json_lines(row | record for row, record in zip(rows, found, strict=True)))


def _pair_records(
    run: PairsRun, file: str, first: str | None, second: str | None, reading: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """The rows of a table of pairs with what is said of each."""
    from pipelines.datasets import open_pairs
    from pipelines.tasks.pairs import one_column
    from textprep.batch import check_columns_free

    columns = one_column("--column", first or ""), one_column("--second", second or "")
    rows = open_pairs(file, *columns, **reading)
    while part := list(islice(rows, PAIRS)):
        for good in part:
            check_columns_free(run.columns, good.row.values, file)
        found = run.records([(each.texts[0], each.texts[1]) for each in part])
        yield from (good.row.values | record for good, record in zip(part, found, strict=True))


def _is_column_file(file: str, run: TagRun[Any]) -> bool:
    """Whether a file's name says that a line is a word with its tag, or its first lines look like it."""
    from textprep.readers.source import numbered_lines, suffix
    from textprep.readers.tables import is_table

    if file == "-" or is_table(file) or suffix(file) == ".parquet":
        return False
    lines = numbered_lines(file, run.parts.settings.data.encoding)
    first = (line.decode("utf-8", "replace").split() for _, line in islice(lines, FIRST_LINES))
    words = [columns for columns in first if columns and columns[0] != "-DOCSTART-"]
    like_tags = all(len(columns) > 1 and columns[-1] in run.parts.labels for columns in words)
    return suffix(file) in COLUMN_FILES or (len(words) > 1 and like_tags)
