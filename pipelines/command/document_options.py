"""Options of the commands that read documents: which column holds the text, and how the file is written."""

from __future__ import annotations

from typing import Annotated

import typer

_COLUMN = typer.Option(
    "--column", help="The column that holds the text: its name, its number from 0, or title+description for both."
)
ColumnOption = Annotated[str, _COLUMN]
FirstColumn = Annotated[str | None, _COLUMN]  # whose usual name hangs on what is read
SecondColumn = Annotated[
    str | None, typer.Option("--second", help="The column that holds the second text of each pair, for a run of pairs.")
]
NoHeader = Annotated[
    bool, typer.Option("--no-header", help="The first line of a CSV or TSV file is a row like the others.")
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="How the file's characters are written, if not in UTF-8.")
]
