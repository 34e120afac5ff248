"""`--on-error`: what a command does with rows that it cannot use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from textprep.readers import Quarantine


class OnError(StrEnum):
    """What to do with a bad row."""

    STOP = "stop"
    QUARANTINE = "quarantine"


OnErrorOption = Annotated[
    OnError,
    typer.Option(
        "--on-error",
        help="At a row that cannot be used: stop, or set it aside in OUT.quarantine.jsonl and go on.",
    ),
]


@contextmanager
def bad_rows(on_error: OnError, out: Path | None, inputs: list[str]) -> Iterator[Quarantine | None]:
    """What a reader's `on_bad_row` is to be; says at the end how many rows were set aside, and where."""
    if on_error is OnError.STOP:
        yield None
        return
    from textprep.output_place import check_output
    from textprep.readers import Quarantine

    path = Path("textmill.quarantine.jsonl") if out is None else out.with_name(out.name + ".quarantine.jsonl")
    check_output(path, [".jsonl"], inputs)
    with Quarantine(path) as quarantine:
        yield quarantine
    if quarantine.count:
        print(f"textmill: {quarantine.count:,} bad rows set aside in {path}", file=sys.stderr)
