"""Classification of texts with any number of labels each: subjects of an article, emotions of a comment."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import LabelledTexts, multilabelled_from_dataset, read_multilabelled
from pipelines.runs.run import Run
from pipelines.tasks import training
from pipelines.tasks.notes import never_predicted
from pipelines.tasks.task import TASKS
from pipelines.tasks.text_task import LabelledSource, TextData, TextRun, TextTask
from pipelines.tasks.transfer import TransferSettings
from textprep.errors import InputError
from textprep.texts import Texts

if TYPE_CHECKING:
    from textprep.readers.bad_row import OnBadRow


@dataclass(frozen=True)
class MultilabelData(TextData):
    """What is made of the texts before training."""

    separator: str = ","
    """What parts the labels where they are one string."""


@dataclass(frozen=True)
class MultilabelSettings:
    """Settings of a classifier with any number of labels a text."""

    data: MultilabelData = field(default_factory=MultilabelData)
    model: seqmodels.ClassifierSettings = field(
        default_factory=lambda: seqmodels.ClassifierSettings(
            input=seqmodels.InputSettings(word_dropout=0.1, input_dropout=0.4),
            head=seqmodels.MultiLabelHeadSettings(pooling="attention"),
        )
    )
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingBySize(
            epochs=12, learning_rate=0.002, average_decay=0.995, metric="micro_f1", precision="auto"
        )
    )
    transfer: TransferSettings = field(default_factory=TransferSettings)


@dataclass(frozen=True)
class LabelSet:
    """The labels of a text.

    Attributes:
        labels: Those whose probability reaches the threshold, the most probable first; perhaps none.
        probabilities: The probability of every label, each by itself.
    """

    labels: list[str]
    probabilities: dict[str, float]


class MultilabelRun(TextRun[LabelSet]):
    """A trained classifier that gives each text any number of labels."""


@TASKS.register("multilabel")
class Multilabel(TextTask[LabelSet]):
    """Train a classifier of texts, with any labels each."""

    settings_class = MultilabelSettings
    run_class = MultilabelRun
    reads = "JSONL with a list of labels, TSV or CSV, or lines that begin with __label__a __label__b"
    columns = ("labels", "probabilities")
    metrics = ("micro_f1", "macro_f1", "exact")

    def read(
        self, source: LabelledSource, split: str = "train", on_bad_row: OnBadRow | None = None
    ) -> LabelledTexts[tuple[str, ...]]:
        """Texts with their labels as they are, from a data set, or from a file."""
        if isinstance(source, LabelledTexts):
            return source
        data = self.settings.data
        text, label = self.columns_of_texts
        if not isinstance(source, str | os.PathLike):
            return multilabelled_from_dataset(source, text, label, separator=data.separator, on_bad_row=on_bad_row)
        return read_multilabelled(
            source,
            text,
            label,
            separator=data.separator,
            header=data.header,
            encoding=data.encoding,
            on_bad_row=on_bad_row,
        )

    def counts(self, examples: LabelledTexts[tuple[str, ...]]) -> Counter[str]:
        """How many texts have each label."""
        return Counter(label for labels in examples.labels for label in set(labels))

    def labels(self, examples: LabelledTexts[tuple[str, ...]]) -> list[str]:
        """The labels in the order of the alphabet; InputError if no text has one."""
        labels = sorted(self.counts(examples))
        if not labels:
            raise InputError("no text has a label", file=examples.source, remedy="check the column of the labels")
        return labels

    def targets(self, examples: LabelledTexts[tuple[str, ...]], labels: Sequence[str]) -> npt.NDArray[np.int64]:
        """1 for each label that a text has, else 0; InputError for one that is not known.  # (texts, labels)"""
        ids = {label: k for k, label in enumerate(labels)}
        targets = np.zeros((len(examples), len(labels)), np.int64)
        for row, given in enumerate(examples.labels):
            for label in given:
                if label not in ids:
                    problem = f"text {row + 1} has the label {label!r}, which the model does not know"
                    raise InputError(problem, file=examples.source, remedy=f"it knows {', '.join(labels)}")
                targets[row, ids[label]] = 1
        return targets

    def weights(
        self, examples: LabelledTexts[tuple[str, ...]], labels: Sequence[str]
    ) -> npt.NDArray[np.float32] | None:
        """How much a text with a label counts for it, against one without: 1, or as many times as there are more of
        the latter.  # (labels,)"""
        if self.settings.data.class_weights == "none":
            return None
        counts = self.counts(examples)
        return np.array([max(1, len(examples) - counts[label]) / max(1, counts[label]) for label in labels], np.float32)

    def scores(
        self, examples: LabelledTexts[tuple[str, ...]], labels: list[str], predicted: npt.NDArray[np.float32]
    ) -> dict[str, Any]:
        """F1 over all decisions (`micro_f1`), its mean over labels (`macro_f1`), the share of texts of which all
        labels are right (`exact`), and each label's scores under `classes`.
        """
        gold = self.targets(examples, labels)
        chosen = (predicted >= self.settings.model.head.threshold).astype(np.int64)
        classes = seqmodels.label_scores(gold, chosen, labels)
        return {
            "texts": len(gold),
            "micro_f1": seqmodels.micro_f1(classes),
            "macro_f1": seqmodels.macro_f1(classes),
            "exact": float((gold == chosen).all(1).mean()),
            "classes": {name: each._asdict() for name, each in classes.items()},
            "notes": never_predicted(classes, labels),
        }

    def predictions(self, texts: Texts, run: Run[LabelSet]) -> list[LabelSet]:
        """The labels of each text."""
        threshold, found = self.settings.model.head.threshold, []
        for row in self.probabilities(texts, run).tolist():
            probabilities = dict(zip(run.labels, row, strict=True))
            ranked = sorted(probabilities, key=lambda label: -probabilities[label])
            found.append(LabelSet([label for label in ranked if probabilities[label] >= threshold], probabilities))
        return found

    def record(self, prediction: LabelSet) -> dict[str, Any]:
        """`labels` and `probabilities`."""
        return asdict(prediction)


def train_multilabel(
    train: LabelledSource, dev: LabelledSource | None = None, **options: Unpack[training.Options]
) -> MultilabelRun:
    """Train a classifier that gives each text any number of labels.

    Args:
        train: Texts with a tuple of labels each, or a file of them (see `pipelines.datasets.read_multilabelled`).
        dev: Such texts by which the best epoch is chosen; a share of the training texts if None.
        options: As for `pipelines.train`.

    Raises:
        InputError: Data cannot be read, or the development data has a label that the training data has not.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(Multilabel, train, dev, **options)
    assert isinstance(run, MultilabelRun)
    return run
