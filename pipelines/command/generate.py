"""`textmill generate`: how a text may go on."""

from __future__ import annotations

import sys
from itertools import chain
from typing import Annotated

import typer

from pipelines.command.run_options import Device, Threads, in_place_of_the_runs


def _show_settings(wanted: bool) -> None:
    if wanted:
        from seqmodels import METHODS, Decoding
        from textprep.settings import to_toml, with_values

        for method in METHODS:
            print(f"# --method {method}\n{to_toml(with_values(Decoding(), {'method.kind': method}))}")
        raise typer.Exit


def generate(
    run: Annotated[str, typer.Argument(help="The run folder of a language model.")],
    prompt: Annotated[str, typer.Argument(help="The beginning of a text; - takes it from standard input.")] = "",
    method: Annotated[
        str, typer.Option(help="How words are chosen: sampling, greedy, beam or contrastive.")
    ] = "sampling",
    max_tokens: Annotated[int, typer.Option(min=1, help="Tokens that are written at most.")] = 200,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the sampling.")] = None,
    stop: Annotated[list[str] | None, typer.Option(help="A text at which the writing ends; may be repeated.")] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting, such as top_p=0.9.")
    ] = None,
    _list_settings: Annotated[
        bool,
        typer.Option("--list-settings", callback=_show_settings, is_eager=True, help="Show all settings as TOML."),
    ] = False,
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Write on from a prompt, token by token."""
    from pipelines.runs.load import load
    from pipelines.tasks.language_run import LanguageRun
    from seqmodels import Decoding
    from textprep.errors import ConfigError
    from textprep.settings import assignments, with_values

    given = {"method.kind": method, "max_tokens": max_tokens} | ({} if seed is None else {"seed": seed})
    decoding = with_values(Decoding(), given | assignments(values or []))
    model = load(run, in_place_of_the_runs(None, device, threads))
    if not isinstance(model, LanguageRun):
        raise ConfigError(f"{run}: a run of the task {model.task.name!r} does not write text; give one of lm")
    text = sys.stdin.read().removesuffix("\n") if prompt == "-" else prompt
    if method == "beam":  # which knows nothing until its end
        print(*(text + said for said in model.generate([text], decoding, stop=stop or [])), sep="\n")
        return
    pieces = model.stream(text, decoding, stop=stop or [])
    first = next(pieces, "")  # what is wrong with the prompt is known by then
    for piece in chain([text, first], pieces):
        print(piece, end="", flush=True)
    print()
