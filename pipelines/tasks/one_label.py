"""What tasks have in common whose model chooses one label: of a text, or of a pair of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets.selection import Examples
from pipelines.tasks.notes import never_predicted
from pipelines.tasks.task import Task
from textprep.errors import InputError


class Labelled(Examples, Protocol):
    """Examples with a label each."""

    @property
    def labels(self) -> list[str]:
        """The label of each example."""
        ...


@dataclass(frozen=True)
class Prediction:
    """The label of a text, or of a pair of texts.

    Attributes:
        label: The most probable label.
        probability: Its probability.
        probabilities: The probability of every label; they sum to 1.
    """

    label: str
    probability: float
    probabilities: dict[str, float]


L = TypeVar("L", bound=Labelled)


class OneLabelTask(Task[L, Prediction]):
    """A task whose model gives each example one of several labels."""

    columns = ("label", "probability", "probabilities")
    metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1", "balanced_accuracy")

    def counts(self, examples: L) -> Counter[str]:
        """How many examples have each label."""
        return Counter(examples.labels)

    def labels(self, examples: L) -> list[str]:
        """The labels in the order of the alphabet; InputError if there are not two."""
        labels = sorted(self.counts(examples))
        if len(labels) < 2:
            found = f"one label only, {labels[0]!r}" if labels else f"no {self._row}"
            raise InputError(
                f"there is {found}", file=examples.source, remedy=f"give {self.rows} of two labels or more"
            )
        return labels

    def targets(self, examples: L, labels: Sequence[str]) -> npt.NDArray[np.int64]:
        """The number of each example's label; InputError for one that is not known.  # (examples,)"""
        ids = {label: k for k, label in enumerate(labels)}
        for row, label in enumerate(examples.labels, 1):
            if label not in ids:
                problem = f"{self._row} {row} has the label {label!r}, which the model does not know"
                raise InputError(problem, file=examples.source, remedy=f"it knows {', '.join(labels)}")
        return np.array([ids[label] for label in examples.labels], np.int64)

    def check(self, examples: L, labels: Sequence[str]) -> None:
        """Raise InputError for an example with a label that the model does not know."""
        self.targets(examples, labels)

    def scores(self, examples: L, labels: list[str], predicted: npt.NDArray[np.float32]) -> dict[str, Any]:
        """`accuracy`, `macro_f1`, `balanced_accuracy`, and each label's precision, recall and F1 under `classes`."""
        gold, chosen = self.targets(examples, labels), predicted.argmax(1)
        classes = seqmodels.class_scores(gold, chosen, labels)
        return {
            self.rows: len(gold),
            "accuracy": seqmodels.accuracy(gold, chosen),
            "macro_f1": seqmodels.macro_f1(classes),
            "balanced_accuracy": seqmodels.balanced_accuracy(classes),
            "classes": {name: each._asdict() for name, each in classes.items()},
            "notes": never_predicted(classes, labels),
        }

    def chosen(self, probabilities: npt.NDArray[np.float32], labels: Sequence[str]) -> list[Prediction]:
        """The most probable label of each row of probabilities (examples, labels)."""
        return [
            Prediction(labels[row.argmax()], float(row.max()), dict(zip(labels, map(float, row), strict=True)))
            for row in probabilities
        ]

    def record(self, prediction: Prediction) -> dict[str, Any]:
        """`label`, `probability` and `probabilities`."""
        return asdict(prediction)

    @property
    def _row(self) -> str:
        return self.rows.removesuffix("s")
