"""`textmill train`: train a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Train a model and write its run folder.", no_args_is_help=True)

Vectors = Annotated[str | None, typer.Option(help="Word vectors to begin with (GloVe or word2vec text).")]
Out = Annotated[Path, typer.Option(help="The run folder to write.")]
Seed = Annotated[int | None, typer.Option(help="Seed of everything random.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting, such as training.epochs=3.")
]
Config = Annotated[Path | None, typer.Option(help="A TOML file of settings, such as a run's config.toml.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a run that is there already.")]


def _list_settings(context: typer.Context, wanted: bool) -> None:
    if wanted:
        from textprep.settings import to_toml

        print(to_toml(_defaults(str(context.info_name))), end="")
        raise typer.Exit


ListSettings = Annotated[
    bool, typer.Option("--list-settings", callback=_list_settings, is_eager=True, help="Show all settings as TOML.")
]


@app.command()
def ner(
    train: Annotated[str, typer.Option(help="A CoNLL file of tagged sentences.")],
    dev: Annotated[str, typer.Option(help="A CoNLL file by which the best epoch is chosen.")],
    out: Out,
    vectors: Vectors = None,
    seed: Seed = None,
    values: Set = None,
    config: Config = None,
    overwrite: Overwrite = False,
    list_settings: ListSettings = False,
) -> None:
    """Train a tagger of named entities."""
    from pipelines.runs.epoch_lines import EpochLines
    from pipelines.tasks.ner import train_ner

    settings = _settings("ner", config, values, seed)
    train_ner(train, dev, vectors=vectors, out=out, settings=settings, overwrite=overwrite, hooks=[EpochLines()])
    print(f"the run is in {out}; see {out / 'report.md'}", file=sys.stderr)


@app.command()
def sentiment(
    train: Annotated[str, typer.Option(help="TSV, CSV, JSONL, 'label text' lines, or an aclImdb folder or archive.")],
    out: Out,
    dev: Annotated[
        str | None,
        typer.Option(help="Likewise (of aclImdb, its test half!); a share of the training data if not given."),
    ] = None,
    vectors: Vectors = None,
    seed: Seed = None,
    values: Set = None,
    config: Config = None,
    overwrite: Overwrite = False,
    list_settings: ListSettings = False,
) -> None:
    """Train a classifier of texts."""
    from pipelines.runs.epoch_lines import EpochLines
    from pipelines.tasks.sentiment import train_sentiment

    settings = _settings("sentiment", config, values, seed)
    train_sentiment(train, dev, vectors=vectors, out=out, settings=settings, overwrite=overwrite, hooks=[EpochLines()])
    print(f"the run is in {out}; see {out / 'report.md'}", file=sys.stderr)


def _defaults(task: str) -> Any:
    if task == "ner":
        from pipelines.tasks.ner_settings import NerSettings

        return NerSettings()
    from pipelines.tasks.sentiment_settings import SentimentSettings

    return SentimentSettings()


def _settings(task: str, config: Path | None, values: list[str] | None, seed: int | None) -> Any:
    """The defaults, overridden by the file, then by `--set`, then by `--seed`."""
    from textprep.settings import assignments, from_toml, with_values

    settings = with_values(_defaults(task), {"training.progress": True})
    if config is not None:
        settings = from_toml(settings, config)
    settings = with_values(settings, assignments(values or []))
    return settings if seed is None else with_values(settings, {"training.seed": seed})
