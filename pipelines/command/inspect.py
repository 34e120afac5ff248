"""`textmill inspect`: what a run's model makes of one text, as a page of figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.command.run_options import Device, Threads, in_place_of_the_runs


def inspect(
    run: Annotated[str, typer.Argument(help="The run folder of a classifier, a tagger or a language model.")],
    text: Annotated[str, typer.Argument(help="The text; - takes it from standard input.")],
    html: Annotated[Path, typer.Option(help="The HTML file to write.")],
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Show probabilities, what counts for them, gates, states and attention for one text, in one HTML file."""
    from pipelines.inspection.look import look_inside
    from pipelines.runs.load import load
    from textprep.atomic import atomic_file
    from textprep.output_place import check_output

    check_output(html, [".html", ".htm"], [])
    model = load(run, in_place_of_the_runs(None, device, threads))
    page = look_inside(model, sys.stdin.read().removesuffix("\n") if text == "-" else text)
    with atomic_file(html) as part:
        part.write_text(page.html(), encoding="utf-8")
