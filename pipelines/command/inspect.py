"""`textmill inspect`: what a run's model makes of one text, as a page of figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.command.run_options import Device, Threads, in_place_of_the_runs


def inspect(
    run: Annotated[str, typer.Argument(help="A run folder.")],
    text: Annotated[
        str,
        typer.Argument(help="The text; - takes it from standard input. For a run of pairs two texts, parted by a tab."),
    ],
    html: Annotated[Path, typer.Option(help="The HTML file to write.")],
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Show what a model makes of one text, and how, in one HTML file.

    Of classifiers, also of pairs, probabilities and what counts for them; of taggers the tags; of language models what
    they expect, token by token; of translation models what they write, and where they look. And gates, states and
    attention.
    """
    from pipelines.inspection.look import look_inside
    from pipelines.runs.load import load
    from textprep.atomic import atomic_file
    from textprep.output_place import check_output

    check_output(html, [".html", ".htm"], [])
    model = load(run, in_place_of_the_runs(None, device, threads))
    page = look_inside(model, sys.stdin.read().removesuffix("\n") if text == "-" else text)
    with atomic_file(html) as part:
        part.write_text(page.html(), encoding="utf-8")
