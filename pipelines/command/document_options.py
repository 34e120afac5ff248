"""Options of the commands that read documents: which column holds the text, and how the file is written."""

from __future__ import annotations

from typing import Annotated

import typer

ColumnOption = Annotated[
    str,
    typer.Option(
        "--column", help="The column that holds the text: its name, its number from 0, or title+description for both."
    ),
]
NoHeader = Annotated[
    bool, typer.Option("--no-header", help="The first line of a CSV or TSV file is a row like the others.")
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="How the file's characters are written, if not in UTF-8.")
]
