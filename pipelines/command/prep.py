"""`textmill prep`: files of documents to a file of tokens."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.command.bad_rows import OnError, OnErrorOption, bad_rows
from pipelines.command.document_options import ColumnOption, Encoding, NoHeader


def prep(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Text lines, JSONL, CSV, TSV or Parquet, also .gz, .xz, .bz2, .zst, .zip; - for text on stdin."
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="A .parquet, .jsonl or .txt file.")],
    recipe: Annotated[
        str,
        typer.Option(
            help="words, search, sentiment, treebank, white_space, characters; or a JSON file; or a saved pipeline."
        ),
    ] = "words",
    column: ColumnOption = "text",
    no_header: NoHeader = False,
    encoding: Encoding = None,
    threads: Annotated[int, typer.Option(min=1, help="How many threads work at once.")] = 1,
    on_error: OnErrorOption = OnError.STOP,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as one JSON object.")] = False,
) -> None:
    """Turn documents into tokens with their positions; other columns travel along."""
    if sys.platform == "linux":  # Arrow's own choice takes a seventh more, and grows; it is made at import
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
    from textprep.batch import preprocess
    from textprep.readers.columns import written_column
    from textprep.recipes import open_recipe

    pipeline = open_recipe(recipe)
    with bad_rows(on_error, out, inputs) as on_bad_row:
        totals = preprocess(
            inputs,
            out,
            pipeline,
            column=written_column(column),
            header=not no_header,
            encoding=encoding or "utf-8",
            threads=threads,
            on_bad_row=on_bad_row,
        ).as_dict()
    if as_json:
        print(json.dumps(totals))
    else:
        about = "about " if totals["types_error"] else ""
        line = f"{{documents:,}} documents, {{tokens:,}} tokens, {about}{{types:,}} types, {{seconds:.1f}} s"
        print(line.format(**totals), file=sys.stderr)
