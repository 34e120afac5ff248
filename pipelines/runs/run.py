"""A run in use: a trained model that takes raw texts, and scores itself on examples."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textprep.errors import InputWarning
from textprep.texts import Texts

if TYPE_CHECKING:
    from pipelines.runs.folder import RunParts
    from pipelines.tasks.task import Task
    from textprep.readers.bad_row import OnBadRow

P = TypeVar("P")


class Run(Generic[P]):
    """A trained model that takes raw texts.

    Attributes:
        task: What it was trained for.
        parts: The model and what it was made of.
    """

    def __init__(self, task: Task[Any, P], parts: RunParts) -> None:
        self.task, self.parts = task, parts

    @property
    def labels(self) -> list[str]:
        """The names of what the model chooses from."""
        return self.parts.labels

    @property
    def columns(self) -> tuple[str, ...]:
        """What a record of `records` holds."""
        return self.task.columns

    def __call__(self, texts: Sequence[Any]) -> list[P]:
        """What the model says of each text.

        Raises:
            InputError: A text is not a string.
        """
        return self.task.predictions(Texts.of(texts), self)

    def records(self, texts: Sequence[Any]) -> list[dict[str, Any]]:
        """The predictions as JSON-ready records with the keys `columns`."""
        return [self.task.record(prediction) for prediction in self(texts)]

    def predict(self, batches: Any, **options: Any) -> Any:
        """What the model says of examples in batches, on the device and with the threads that the settings name.

        Args:
            batches: The examples, as the task lays them out.
            options: Those of the model's `predict`.
        """
        with self.model_in_use() as model:
            return model.predict(batches, **options)

    def scores(self, examples: Any, batches: Any) -> dict[str, Any]:
        """All scores that the task has.

        Args:
            examples: The examples, as the task reads them.
            batches: The same, as the task lays them out.
        """
        return self.task.scores(examples, self.parts.labels, self.predict(batches))

    def epoch_scores(self, examples: Any, batches: Any) -> dict[str, float]:
        """Those of the task's `metrics` that each epoch of a training reports: all, unless some take too long."""
        scores = self.scores(examples, batches)
        return {name: scores[name] for name in self.task.metrics if name in scores}

    @contextmanager
    def model_in_use(self) -> Iterator[Any]:
        """Within the block, the model on the device and with the threads that the settings name."""
        from seqmodels.training.devices import open_devices

        training = self.parts.settings.training
        with open_devices(training.device, training.threads) as devices:
            self.parts.model.to(devices.device)
            yield self.parts.model

    def evaluate(self, data: Any, on_bad_row: OnBadRow | None = None) -> dict[str, Any]:
        """Score the run on examples: the task's scores, and the speed.

        Args:
            data: The examples, a `datasets.Dataset`, or a file.
            on_bad_row: What gets each row that cannot be used; without it the first one is an error.

        Returns:
            Numbers, tables of numbers, and under `notes` what is to be said of them, if there is anything; it is also
            given as warnings.

        Raises:
            InputError: The data cannot be read.
        """
        examples = self.task.read(data, "test", on_bad_row)
        self.task.check(examples, self.parts.labels)
        start = time.perf_counter()
        predicted = self.predict(self.task.batches(examples, self.parts))
        seconds = time.perf_counter() - start
        scores = self.task.scores(examples, self.parts.labels, predicted)
        for note in scores["notes"]:
            warnings.warn(note, InputWarning, stacklevel=2)
        unit = self.task.unit
        return scores | {"seconds": seconds, f"{unit}_per_second": scores[unit] / seconds}
