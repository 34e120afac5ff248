"""`textmill evaluate`: how well a run does on labelled data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from pipelines.command.bad_rows import OnError, OnErrorOption, bad_rows
from pipelines.command.document_options import Encoding
from pipelines.command.run_options import Device, Threads, in_place_of_the_runs


def evaluate(
    run: Annotated[str, typer.Argument(help="A run folder.")],
    file: Annotated[
        str,
        typer.Argument(
            help="A CoNLL file for a tagger, labelled texts for a classifier, else what the run was trained on."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as one JSON object.")] = False,
    encoding: Encoding = None,
    on_error: OnErrorOption = OnError.STOP,
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Score a run on labelled data it has not seen."""
    from pipelines.runs.load import load

    model = load(run, in_place_of_the_runs(encoding, device, threads))
    with bad_rows(on_error, None, [file]) as on_bad_row:
        scores = model.evaluate(file, on_bad_row)
    print(json.dumps(scores, ensure_ascii=False) if as_json else _shown(scores))


def _shown(scores: Mapping[str, Any]) -> str:
    lines = [f"{name:>16}  {_number(value)}" for name, value in scores.items() if isinstance(value, int | float | str)]
    for name, groups in scores.items():
        if isinstance(value := groups, Mapping):
            columns = list(next(iter(value.values()), {}))
            lines += ["", f"{name:>16}  " + "".join(f"{column:>11}" for column in columns)]
            for group, row in value.items():
                lines.append(f"{group:>16}  " + "".join(f"{_number(row[column]):>11}" for column in columns))
    return "\n".join(lines)


def _number(value: float | str) -> str:
    if isinstance(value, str):  # how a score was counted
        return value
    if isinstance(value, float) and value < 100:
        return f"{value:.4f}" if value < 10 else f"{value:.2f}"
    return f"{value:,.0f}"
