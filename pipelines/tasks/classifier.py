"""Classification of texts, one label each: topics, intents, languages, opinions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Unpack

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import LabelledTexts, from_dataset, open_labelled
from pipelines.runs.run import Run
from pipelines.tasks import training
from pipelines.tasks.one_label import OneLabelTask, Prediction
from pipelines.tasks.task import TASKS
from pipelines.tasks.text_task import LabelledSource, TextData, TextRun, TextTask
from pipelines.tasks.transfer import TransferSettings
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
    transfer: TransferSettings = field(default_factory=TransferSettings)


class ClassifierRun(TextRun[Prediction]):
    """A trained classifier that takes raw texts."""


@TASKS.register("classifier")
class Classification(OneLabelTask[LabelledTexts], TextTask[Prediction]):
    """Train a classifier of texts, with one label each."""

    settings_class = ClassificationSettings
    run_class = ClassifierRun
    reads = "TSV, CSV, JSONL, 'label text' lines, or an aclImdb folder or archive"

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

    def weights(self, examples: LabelledTexts, labels: Sequence[str]) -> npt.NDArray[np.float32] | None:
        """How much a text of each label counts: all alike, or inversely to how many there are.  # (labels,)"""
        if self.settings.data.class_weights == "none":
            return None
        counts = self.counts(examples)
        return np.array([len(examples) / (len(labels) * max(1, counts[label])) for label in labels], np.float32)

    def predictions(self, texts: Texts, run: Run[Prediction]) -> list[Prediction]:
        """The most probable label of each text."""
        return self.chosen(self.probabilities(texts, run), run.labels)


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
