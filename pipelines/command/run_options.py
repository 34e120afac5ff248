"""Options of the commands that use a run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

Device = Annotated[str | None, typer.Option(help="Where the model computes: cpu, cuda, mps, or auto.")]
Threads = Annotated[int | None, typer.Option(min=0, help="How many threads the model may use; 0 leaves it to torch.")]


def in_place_of_the_runs(encoding: str | None, device: str | None, threads: int | None) -> dict[str, Any]:
    """The settings that the options replace, for `load`."""
    given = {"data.encoding": encoding, "training.device": device, "training.threads": threads}
    return {name: value for name, value in given.items() if value is not None}
