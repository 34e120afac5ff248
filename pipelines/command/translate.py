"""`textmill translate`: the translations of a file of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.command.bad_rows import OnError, OnErrorOption, bad_rows
from pipelines.command.document_options import ColumnOption, Encoding, NoHeader
from pipelines.command.output_lines import output_lines
from pipelines.command.run_options import Device, Threads, in_place_of_the_runs


def translate(
    run: Annotated[str, typer.Argument(help="The run folder of a translation model.")],
    file: Annotated[
        str, typer.Argument(help="Text lines, JSONL, CSV, TSV or Parquet; - for text lines on standard input.")
    ] = "-",
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            help="A .txt file, a line a text; or .jsonl, an object a text with all its columns. Lines on standard "
            "output if not given.",
        ),
    ] = None,
    beam: Annotated[int | None, typer.Option(min=1, help="Beginnings that are kept of each translation.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Tokens of a translation at most.")] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A setting of the decoding, such as length_penalty=0.8."),
    ] = None,
    column: ColumnOption = "text",
    no_header: NoHeader = False,
    encoding: Encoding = None,
    on_error: OnErrorOption = OnError.STOP,
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Translate texts, in their order: one line a text, or one JSON object."""
    from pipelines.runs.load import load
    from pipelines.tasks.translation_run import TranslationRun
    from textprep.batch import check_columns_free
    from textprep.errors import ConfigError
    from textprep.output_place import check_output
    from textprep.readers import open_documents
    from textprep.readers.columns import text_name, written_column
    from textprep.settings import assignments, with_values
    from textprep.writers.jsonl import json_lines

    if out is not None:
        check_output(out, [".txt", ".jsonl"], [file])
    model = load(run, in_place_of_the_runs(encoding, device, threads))
    if not isinstance(model, TranslationRun):
        raise ConfigError(f"{run}: a run of the task {model.task.name!r} does not translate; give one of translation")
    given = {"max_tokens": max_tokens, "method.kind": beam and "beam", "method.beams": beam}
    chosen_values = {name: value for name, value in given.items() if value is not None} | assignments(values or [])
    decoding = with_values(model.parts.settings.decoding, chosen_values)
    as_json = out is not None and out.suffix == ".jsonl"
    chosen = written_column(column)
    with bad_rows(on_error, out, [file]) as on_bad_row, output_lines(out) as lines:
        for batch in open_documents(
            file,
            chosen,
            header=not no_header,
            encoding=encoding or "utf-8",
            batch_bytes=1 << 16,
            on_bad_row=on_bad_row,
        ):
            if as_json:
                check_columns_free(model.columns, batch.schema.names, file)
            translations = model.translate(batch.column(text_name(chosen)).to_pylist(), decoding)
            if as_json:
                rows = zip(batch.to_pylist(), translations, strict=True)
                lines.writelines(json_lines(row | model.task.record(said) for row, said in rows))
            else:
                lines.writelines(map(line_of, translations))


def line_of(translation: str) -> str:
    """A translation as one line, with its end."""
    return " ".join(translation.splitlines()) + "\n"
