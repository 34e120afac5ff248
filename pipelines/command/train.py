"""`textmill train`: train a run; a subcommand for each task."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from pipelines.command.bad_rows import OnError, OnErrorOption, bad_rows
from pipelines.command.document_options import Encoding

if TYPE_CHECKING:
    from pipelines.tasks.task import Task

Out = Annotated[Path, typer.Option(help="The run folder to write.")]
Vectors = Annotated[str | None, typer.Option(help="Word vectors to begin with (GloVe or word2vec text).")]
Start = Annotated[
    str | None, typer.Option("--from", help="The run folder of a language model to begin with, or to train on.")
]
Seed = Annotated[int | None, typer.Option(help="Seed of everything random.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting, such as training.epochs=3.")
]
Config = Annotated[Path | None, typer.Option(help="A TOML file of settings, such as a run's config.toml.")]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse tags that stand where they may not; else repair them.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a run that is there already.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Keep a checkpoint, OUT.checkpoint; if it is there already, go on from it.")
]


class TaskCommands(Mapping[str, Any]):
    """A subcommand for each task in the table, made when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        from pipelines.tasks.task import TASKS

        if name not in TASKS:
            raise KeyError(name)
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name=name)(_command(TASKS[name]))
        return typer.main.get_command(single)

    def __iter__(self) -> Iterator[str]:
        from pipelines.tasks.task import TASKS

        return iter(TASKS)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class TaskGroup(TyperGroup):
    """The command whose subcommands are `TaskCommands`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = TaskCommands()  # type: ignore[assignment]


app = typer.Typer(
    cls=TaskGroup, help="Train a model and write its run folder.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _train() -> None:
    pass


def _command(task: type[Task[Any, Any]]) -> Callable[..., None]:
    """What `textmill train TASK` does."""

    def show_settings(wanted: bool) -> None:
        if wanted:
            from textprep.settings import to_toml

            print(to_toml(task.settings_class()), end="")
            raise typer.Exit

    def command(
        *,
        train: str = typer.Option(..., help=f"{task.reads[0].upper()}{task.reads[1:]}."),
        dev: str | None = typer.Option(
            None, help="Likewise, to choose the best epoch by; a share of the training data if not given."
        ),
        out: Out,
        vectors: Vectors = None,
        start: Start = None,
        seed: Seed = None,
        values: Set = None,
        config: Config = None,
        encoding: Encoding = None,
        strict: Strict = False,
        on_error: OnErrorOption = OnError.STOP,
        overwrite: Overwrite = False,
        resume: Resume = False,
        _list_settings: bool = typer.Option(
            False, "--list-settings", callback=show_settings, is_eager=True, help="Show all settings as TOML."
        ),
    ) -> None:
        from pipelines.runs.epoch_lines import EpochLines
        from pipelines.tasks.training import train as train_run

        given = {"training.seed": seed, "data.encoding": encoding, "data.strict": strict or None}
        settings = _settings(task, config, values, {name: value for name, value in given.items() if value is not None})
        inputs = [train] if dev is None else [train, dev]
        with bad_rows(on_error, out, inputs) as on_bad_row, _says_how_to_go_on(resume):
            train_run(
                task,
                train,
                dev,
                vectors=vectors,
                start=start,
                out=out,
                settings=settings,
                overwrite=overwrite,
                resume=resume,
                on_bad_row=on_bad_row,
                hooks=[EpochLines()],
            )
        print(f"the run is in {out}; see {out / 'report.md'}", file=sys.stderr)

    command.__doc__ = (inspect.getdoc(task) or "").partition("\n")[0]
    return command


def _settings(
    task: type[Task[Any, Any]], config: Path | None, values: list[str] | None, options: Mapping[str, Any]
) -> Any:
    """The task's settings, overridden by the file, then by `--set`, then by options of their own."""
    from textprep.settings import assignments, from_toml, with_values

    settings = with_values(task.settings_class(), {"training.progress": True})
    if config is not None:
        settings = from_toml(settings, config)
    return with_values(with_values(settings, assignments(values or [])), options)


@contextmanager
def _says_how_to_go_on(resume: bool) -> Iterator[None]:
    """Ctrl-C leaves a checkpoint if there is one: the message says what it is good for."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt("the same command goes on from the checkpoint" if resume else "") from None
