"""`textmill predict`: use a run on new texts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from pipelines.command.bad_rows import OnError, OnErrorOption, bad_rows


def predict(
    run: Annotated[str, typer.Argument(help="A run folder.")],
    file: Annotated[
        str, typer.Argument(help="Text lines, JSONL, CSV, TSV or Parquet; - for text lines on stdin.")
    ] = "-",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A JSONL file; standard output if not given.")] = None,
    column: Annotated[str, typer.Option(help="The column that holds the text.")] = "text",
    on_error: OnErrorOption = OnError.STOP,
) -> None:
    """Label texts or find their entities: one JSON object a text, with all its columns."""
    from pipelines.runs.load import load
    from textprep.batch import check_columns_free, json_lines
    from textprep.output_place import check_output
    from textprep.readers import open_documents

    if out is not None:
        check_output(out, [".jsonl"], [file])
    model = load(run)
    with bad_rows(on_error, out, [file]) as on_bad_row, _output(out) as lines:
        for batch in open_documents(file, column, batch_bytes=1 << 18, on_bad_row=on_bad_row):
            check_columns_free(model.columns, batch.schema.names, file)
            rows = batch.to_pylist()
            found = model.records([row[column] for row in rows])
            lines.writelines(json_lines(row | record for row, record in zip(rows, found, strict=True)))


@contextmanager
def _output(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    from textprep.atomic import atomic_file

    with atomic_file(out) as part, part.open("w", encoding="utf-8") as lines:
        yield lines
