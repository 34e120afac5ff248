"""The subcommands put together."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.command import demo, evaluate, generate, inspect, predict, prep, train, translate, vectors, warm

app = typer.Typer(
    help="From raw text to trained sequence models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"textmill {version('textmill')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


app.command()(prep.prep)
app.add_typer(vectors.app, name="vectors")
app.add_typer(train.app, name="train")
app.command()(evaluate.evaluate)
app.command()(predict.predict)
app.command()(generate.generate)
app.command()(translate.translate)
app.command()(inspect.inspect)
app.command()(warm.warm)
app.command()(demo.demo)
