"""Classification of texts, one label each: topics, intents, languages, opinions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import LabelledTexts, from_dataset, open_labelled
from pipelines.runs.run import Run
from pipelines.tasks import training
from pipelines.tasks.notes import never_predicted
from pipelines.tasks.task import TASKS
from pipelines.tasks.text_task import LabelledSource, TextData, TextRun, TextTask
from textprep.errors import InputError
from textprep.texts import Texts

if TYPE_CHECKING:
    from textprep.readers.bad_row import OnBadRow


@dataclass(frozen=True)
class ClassificationSettings:
    """Settings of a text classifier; the defaults did best on texts held out of several training sets."""

    data: TextData = field(default_factory=TextData)
    model: seqmodels.ClassifierSettings = field(
        default_factory=lambda: seqmodels.ClassifierSettings(
            input=seqmodels.InputSettings(word_dropout=0.1, input_dropout=0.4),
            head=seqmodels.ClassHeadSettings(pooling="attention"),
            ngrams=10.0,
        )
    )
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingBySize(learning_rate=0.002, average_decay=0.995, precision="auto")
    )


@dataclass(frozen=True)
class Prediction:
    """The label of a text.

    Attributes:
        label: The most probable label.
        probability: Its probability.
        probabilities: The probability of every label; they sum to 1.
    """

    label: str
    probability: float
    probabilities: dict[str, float]


class ClassifierRun(TextRun[Prediction]):
    """A trained classifier that takes raw texts."""


@TASKS.register("classifier")
class Classification(TextTask[Prediction]):
    """Train a classifier of texts, with one label each."""

    settings_class = ClassificationSettings
    run_class = ClassifierRun
    reads = "TSV, CSV, JSONL, 'label text' lines, or an aclImdb folder or archive"
    columns = ("label", "probability", "probabilities")
    metrics = ("accuracy", "macro_f1", "balanced_accuracy")

    def read(self, source: LabelledSource, split: str = "train", on_bad_row: OnBadRow | None = None) -> LabelledTexts:
        """Labelled texts as they are, from a data set, a file, or the split of a folder or archive that has several."""
        if isinstance(source, LabelledTexts):
            return source
        text, label = self.columns_of_texts
        if not isinstance(source, str | os.PathLike):
            return from_dataset(source, text, label, on_bad_row=on_bad_row)
        data = self.settings.data
        return open_labelled(
            source,
            text=text,
            label=label,
            split=split,
            header=data.header,
            encoding=data.encoding,
            on_bad_row=on_bad_row,
        )

    def counts(self, examples: LabelledTexts) -> Counter[str]:
        """How many texts have each label."""
        return Counter(examples.labels)

    def labels(self, examples: LabelledTexts) -> list[str]:
        """The labels in the order of the alphabet; InputError if there are not two."""
        labels = sorted(self.counts(examples))
        if len(labels) < 2:
            found = f"one label only, {labels[0]!r}" if labels else "no text"
            raise InputError(f"there is {found}", file=examples.source, remedy="give texts of two labels or more")
        return labels

    def targets(self, examples: LabelledTexts, labels: Sequence[str]) -> npt.NDArray[np.int64]:
        """The number of each text's label; InputError for one that is not known.  # (texts,)"""
        ids = {label: k for k, label in enumerate(labels)}
        for row, label in enumerate(examples.labels, 1):
            if label not in ids:
                problem = f"text {row} has the label {label!r}, which the model does not know"
                raise InputError(problem, file=examples.source, remedy=f"it knows {', '.join(labels)}")
        return np.array([ids[label] for label in examples.labels], np.int64)

    def weights(self, examples: LabelledTexts, labels: Sequence[str]) -> npt.NDArray[np.float32] | None:
        """How much a text of each label counts: all alike, or inversely to how many there are.  # (labels,)"""
        if self.settings.data.class_weights == "none":
            return None
        counts = self.counts(examples)
        return np.array([len(examples) / (len(labels) * max(1, counts[label])) for label in labels], np.float32)

    def scores(self, examples: LabelledTexts, labels: list[str], predicted: npt.NDArray[np.float32]) -> dict[str, Any]:
        """`accuracy`, `macro_f1`, `balanced_accuracy`, and each label's precision, recall and F1 under `classes`."""
        gold, chosen = self.targets(examples, labels), predicted.argmax(1)
        classes = seqmodels.class_scores(gold, chosen, labels)
        return {
            "texts": len(gold),
            "accuracy": seqmodels.accuracy(gold, chosen),
            "macro_f1": seqmodels.macro_f1(classes),
            "balanced_accuracy": seqmodels.balanced_accuracy(classes),
            "classes": {name: each._asdict() for name, each in classes.items()},
            "notes": never_predicted(classes, labels),
        }

    def predictions(self, texts: Texts, run: Run[Prediction]) -> list[Prediction]:
        """The most probable label of each text."""
        names = run.labels
        return [
            Prediction(names[row.argmax()], float(row.max()), dict(zip(names, map(float, row), strict=True)))
            for row in self.probabilities(texts, run)
        ]

    def record(self, prediction: Prediction) -> dict[str, Any]:
        """`label`, `probability` and `probabilities`."""
        return asdict(prediction)


def train_classifier(
    train: LabelledSource, dev: LabelledSource | None = None, **options: Unpack[training.Options]
) -> ClassifierRun:
    """Train a classifier of texts.

    Args:
        train: Labelled texts, a `datasets.Dataset`, or a file or folder of them (see `pipelines.datasets`).
        dev: Labelled texts by which the best epoch is chosen; a share of the training texts if None.
        options: As for `pipelines.train`.

    Raises:
        InputError: Data cannot be read, or the development data has a label that the training data has not.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(Classification, train, dev, **options)
    assert isinstance(run, ClassifierRun)
    return run
