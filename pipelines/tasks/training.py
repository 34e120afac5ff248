"""`train`: from examples to a run, by the same steps for every task."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypedDict

import seqmodels
from pipelines.datasets.selection import Examples
from pipelines.runs.checkpoint import Checkpoint
from pipelines.runs.folder import RunParts, save_parts, target
from pipelines.runs.report import report
from pipelines.runs.run import Run
from pipelines.tasks.memory import check_memory, memory_watched
from pipelines.tasks.task import TASKS, Task
from pipelines.tasks.transfer import open_start
from textprep.errors import ConfigError, InputWarning, unknown_name
from textprep.settings import checked, with_values

if TYPE_CHECKING:
    from textprep.readers.bad_row import OnBadRow


class Options(TypedDict, total=False):
    """The options of `train` that the training functions of the tasks hand on; see there."""

    vectors: str | os.PathLike[str] | None
    start: str | os.PathLike[str] | None
    out: str | os.PathLike[str] | None
    settings: Any
    overwrite: bool
    resume: bool
    on_bad_row: OnBadRow | None
    hooks: Sequence[seqmodels.Hook]


def train(
    task: str | type[Task[Any, Any]],
    train: Any,
    dev: Any = None,
    *,
    vectors: str | os.PathLike[str] | None = None,
    start: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    settings: Any = None,
    overwrite: bool = False,
    resume: bool = False,
    on_bad_row: OnBadRow | None = None,
    hooks: Sequence[seqmodels.Hook] = (),
) -> Run[Any]:
    """Train a model for a task.

    Args:
        task: The name of a task (ner, pos, classifier, sentiment, multilabel), or the class of one of your own.
        train: What the task reads: examples, a `datasets.Dataset`, or a file.
        dev: Examples by which the best epoch is chosen; a share of the training examples if None.
        vectors: Word vectors to begin with; lower-cased ones such as GloVe 6B are found for any case.
        start: The run folder of a language model that the model begins with, in place of the setting `transfer.start`.
        out: The run folder to write.
        settings: The settings; the task's own if None.
        overwrite: Whether a run in `out` may be replaced.
        resume: Whether to keep a checkpoint beside `out`, OUT.checkpoint, and to go on from it if it is there.
        on_bad_row: What gets each row of a file that cannot be used; without it the first one is an error.
        hooks: Called while training, see `seqmodels.Hook`.

    Returns:
        The run, ready to use. What is to be said of its scores on the development data, such as a class that it never
        predicts, is given as warnings, and stands in the report.

    Raises:
        InputError: Data cannot be read, or there is nothing to learn from them.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    kind = TASKS[task] if isinstance(task, str) else task
    settings = settings or kind.settings_class()  # says what is missing, if it is torch
    if start is not None:
        settings = with_values(settings, {"transfer.start": os.fspath(start)})

    _check_settings(kind, settings)
    checkpoint = _checkpoint(out, resume)
    is_main = int(os.environ.get("RANK", "0")) == 0  # the one of several processes that writes
    with target(out, overwrite, [train, dev, vectors, start]) if out is not None and is_main else nullcontext():
        from seqmodels import fit  # says which extra is missing, if one is
        import torch  # isort: skip
        from seqmodels.training.devices import open_devices  # isort: skip

        begin = time.perf_counter()
        begun = open_start(settings, vectors)
        this = kind(settings)
        train_set = this.read(train, "train", on_bad_row)
        labels = this.labels(train_set)
        train_set, dev_set = (
            this.held_out(train_set) if dev is None else (train_set, this.read(dev, "test", on_bad_row))
        )
        settings = kind.sized(settings, train_set)
        settings = kind.agreed(settings, begun) if begun else settings
        this = kind(settings, begun)
        if checkpoint:
            checkpoint.begin(settings)

        prepared = this.prepare(train_set, labels, vectors)
        check_memory(this, prepared, labels)
        with memory_watched(settings), torch.random.fork_rng():
            torch.manual_seed(settings.training.seed)
            model = this.model(prepared.sizes, labels, **prepared.begins_with)
            carried = this.carry(begun, model, prepared) if begun else ""
            with open_devices(settings.training.device, settings.training.threads):
                this.fit_at_once(model, [train_set], [prepared.batches])
            parts = RunParts(
                this.name, settings, prepared.pipeline, prepared.features, labels, model, prepared.language_models
            )
            parts.target_pipeline = prepared.target_pipeline
            run = kind.run_class(this, parts)
            development = Development(run, dev_set)
            place = checkpoint.state if checkpoint else None
            state = fit(
                model,
                prepared.batches,
                development,
                settings.training,
                [*begun.hooks(), *hooks] if begun else hooks,
                groups=begun.groups if begun else None,
                checkpoint=place,
                resume=resume,
            )

        scores = development.scores()
        for note in scores["notes"]:
            warnings.warn(f"on the development data: {note}", InputWarning, stacklevel=2)
        if dev is None:  # what was held out has done its service
            with open_devices(settings.training.device, settings.training.threads):
                this.fit_at_once(model, [train_set, dev_set], [prepared.batches, development.batches])
        if out is not None and state.is_main:
            counts = ", ".join(f"{label} ({count:,})" for label, count in sorted(this.counts(train_set).items()))
            facts = {
                "training data": _described(this, train_set, prepared.tokens),
                "development data": _described(this, dev_set, development.batches.token_count),
                **({"labels": counts} if counts else {}),
                **prepared.facts,
                **({"begun with": carried} if carried else {}),
                "seconds, reading to last epoch": f"{time.perf_counter() - begin:.0f}",
            }
            save_parts(run.parts, out, state.records, report(this.name, facts, state, settings, scores))
            if checkpoint:
                checkpoint.remove()
        return run


class Development:
    """The development data with all that does not change from epoch to epoch, and the run's scores on them.

    Args:
        run: The run that is being trained.
        examples: The development data.

    Raises:
        InputError: The examples have something that the training data has not, and that cannot be scored.
    """

    def __init__(self, run: Run[Any], examples: Any) -> None:
        run.task.check(examples, run.parts.labels)
        self.run, self.examples, self.batches = run, examples, run.task.batches(examples, run.parts)
        self.names = frozenset(run.task.metrics)

    def __call__(self, model: Any) -> dict[str, float]:
        """The scores of an epoch, once the model has been weighed."""
        self.run.task.weigh(model, self.examples, self.batches)
        return self.run.epoch_scores(self.examples, self.batches)

    def scores(self) -> dict[str, Any]:
        """All scores that the task has, of the model as it is."""
        return self.run.scores(self.examples, self.batches)


def _check_settings(kind: type[Task[Any, Any]], settings: Any) -> None:
    """Raise ConfigError for what would fail later."""
    if not isinstance(settings, kind.settings_class):
        given, wanted = type(settings).__name__, kind.settings_class.__name__
        raise ConfigError(f"{given} are not the settings of this task; give {wanted}")
    checked(settings)
    if settings.training.metric not in kind.metrics:
        raise unknown_name("metric", settings.training.metric, kind.metrics)


def _checkpoint(out: str | os.PathLike[str] | None, resume: bool) -> Checkpoint | None:
    if resume and out is None:
        raise ConfigError("there is no place for a checkpoint; give `out`, the run folder to write")
    return Checkpoint(out) if resume and out is not None else None


def _described(task: Task[Any, Any], examples: Examples, tokens: int) -> str:
    return f"{examples.source}: {len(examples):,} {task.rows}, {tokens:,} tokens"
