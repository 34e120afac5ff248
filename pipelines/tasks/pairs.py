"""Classification of pairs of texts: does one follow from the other, say the same, or answer it?"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import LabelledPairs, TextPairs, labelled_pairs_from_dataset, read_labelled_pairs
from pipelines.runs.run import Run
from pipelines.tasks import training
from pipelines.tasks.id_inputs import IdData, check_sizes, fitted_pipeline, no_vectors
from pipelines.tasks.one_label import OneLabelTask, Prediction
from pipelines.tasks.task import TASKS, Prepared
from textprep import Pipeline
from textprep.errors import ConfigError, InputError
from textprep.readers.columns import written_column
from textprep.settings import Size, SizeOrNone
from textprep.special_tokens import PARTED

if TYPE_CHECKING:
    from datasets import Dataset

    from pipelines.runs.folder import RunParts
    from textprep.readers.bad_row import OnBadRow

PairSource: TypeAlias = "str | os.PathLike[str] | LabelledPairs | Dataset"

BATCH_TOKENS = 8192  # padded tokens of a side in a batch of prediction, at most


@dataclass(frozen=True)
class PairsData(IdData):
    """What is made of the pairs before training."""

    min_count: SizeOrNone = 2
    """Rarer tokens are unknown."""
    max_tokens: Size = 200
    """Longer texts are cut to their first tokens, so many of each text of a pair."""
    first: str = ""
    """The column of the first texts: its name, or its number from 0; found by its usual names if empty."""
    second: str = ""
    """The column of the second texts: its name, or its number from 0; found by its usual names if empty."""
    label: str = ""
    """The column of the labels: its name, or its number from 0; found by its usual names if empty."""
    header: bool = True
    """Whether the first line of TSV and CSV files names the columns."""


@dataclass(frozen=True)
class PairsSettings:
    """Settings of a classifier of pairs of texts."""

    data: PairsData = field(default_factory=PairsData)
    model: seqmodels.PairClassifierSettings = field(
        default_factory=lambda: seqmodels.PairClassifierSettings(input=seqmodels.TokenInputSettings(dropout=0.3))
    )
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingSettings(precision="auto", average_decay=0.995)
    )


class PairsRun(Run[Prediction]):
    """A trained classifier that takes pairs of texts."""

    def __call__(self, texts: Sequence[tuple[str, str]]) -> list[Prediction]:
        """The label of each pair of texts, `[("It rains.", "It is wet."), ...]`.

        Raises:
            InputError: A pair is not two strings.
        """
        return self.task.predictions(_pairs_of(texts), self)

    def probabilities(self, texts: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """The probability of every label for every pair of texts.  # (pairs, labels)"""
        assert isinstance(self.task, Pairs)
        return self.task.probabilities(_pairs_of(texts), self)


@TASKS.register("pairs")
class Pairs(OneLabelTask[LabelledPairs]):
    """Train a classifier of pairs of texts."""

    settings_class = PairsSettings
    run_class = PairsRun
    reads = "TSV, CSV, JSONL or Parquet with two columns of texts and one of labels"
    rows = "pairs"
    unit = "pairs"

    def read(self, source: PairSource, split: str = "train", on_bad_row: OnBadRow | None = None) -> LabelledPairs:
        """Labelled pairs as they are, from a data set, or from a file."""
        data = self.settings.data
        if isinstance(source, LabelledPairs):
            return source
        columns = [one_column(f"setting data.{name}", getattr(data, name)) for name in ("first", "second", "label")]
        if not isinstance(source, str | os.PathLike):
            return labelled_pairs_from_dataset(source, *columns, on_bad_row=on_bad_row)
        reading: dict[str, Any] = {"header": data.header, "encoding": data.encoding, "on_bad_row": on_bad_row}
        return read_labelled_pairs(source, *columns, **reading)

    def prepare(self, examples: LabelledPairs, labels: list[str], vectors: str | os.PathLike[str] | None) -> Prepared:
        """Learn the vocabulary, of both sides together, and lay out the batches."""
        no_vectors(vectors)
        data = self.settings.data
        pipeline = fitted_pipeline(data, [*examples.first, *examples.second], PARTED)
        assert pipeline.vocabulary is not None
        batches = self._batches(
            examples,
            pipeline,
            targets=self.targets(examples, labels),
            size=data.batch_size,
            seed=self.settings.training.seed,
        )
        sides = batches.first.lengths, batches.second.lengths
        return Prepared(
            pipeline,
            None,
            seqmodels.JoinedSizes(
                words=len(pipeline.vocabulary),
                segments=2 if self.settings.model.join == "together" else 0,
                separator=pipeline.vocabulary.special.id_of("sep"),
            ),
            batches,
            tokens=batches.token_count,
            largest=max(sum(len(rows) * int(side[rows].max()) for side in sides) for rows in batches.plan.epoch(0)),
        )

    def model(self, sizes: seqmodels.JoinedSizes, labels: list[str]) -> seqmodels.PairClassifier:
        """A model with one output a label."""
        return seqmodels.PairClassifier(self.settings.model, sizes, labels, separator=sizes.separator)

    def batches(self, examples: LabelledPairs | TextPairs, parts: RunParts) -> seqmodels.PairBatches:
        """The ids of both texts of each pair."""
        return self._batches(examples, parts.pipeline, tokens=BATCH_TOKENS)

    @classmethod
    def restored(
        cls, sizes: Mapping[str, Any], features: Mapping[str, Any] | None, words: Sequence[str]
    ) -> tuple[seqmodels.JoinedSizes, None]:
        """The sizes, from what a run's card has of them."""
        known = seqmodels.JoinedSizes(**sizes)
        check_sizes(known, features, words)
        return known, None

    def predictions(self, texts: TextPairs, run: Run[Prediction]) -> list[Prediction]:
        """The most probable label of each pair."""
        return self.chosen(self.probabilities(texts, run), run.labels)

    def probabilities(self, texts: TextPairs, run: Run[Any]) -> npt.NDArray[np.float32]:
        """What a trained model says of pairs of texts.  # (pairs, labels)"""
        probabilities: npt.NDArray[np.float32] = run.predict(self.batches(texts, run.parts))
        return probabilities

    def _batches(
        self, examples: LabelledPairs | TextPairs, pipeline: Pipeline, **options: Any
    ) -> seqmodels.PairBatches:
        sides = pipeline.ids(examples.first), pipeline.ids(examples.second)
        return seqmodels.PairBatches(*sides, max_length=self.settings.data.max_tokens, **options)


def one_column(name: str, written: str) -> str | int | None:
    """The column that a setting or an option names; None if it is empty, ConfigError if it names several."""
    column = written_column(written) if written else None
    if column is not None and not isinstance(column, str | int):
        raise ConfigError(f"{name} must name one column, not {written!r}")
    return column


def train_pairs(train: PairSource, dev: PairSource | None = None, **options: Unpack[training.Options]) -> PairsRun:
    """Train a classifier of pairs of texts: paraphrases, entailment, questions with their answers.

    Args:
        train: Labelled pairs, a `datasets.Dataset`, or a file (see `pipelines.datasets.read_labelled_pairs`).
        dev: Labelled pairs by which the best epoch is chosen; a share of the training pairs if None.
        options: As for `pipelines.train`; there are no vectors to begin with.

    Raises:
        InputError: Data cannot be read, or the development data has a label that the training data has not.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(Pairs, train, dev, **options)
    assert isinstance(run, PairsRun)
    return run


def _pairs_of(texts: Sequence[tuple[str, str]]) -> TextPairs:
    """Pairs as they are given; one of a pair's texts may be empty."""
    if isinstance(texts, str):
        raise InputError("a single string was given where pairs are expected", remedy="pass [(first, second)]")
    for row, pair in enumerate(texts, 1):
        if isinstance(pair, str) or len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            raise InputError(f"pair {row} is not two texts", remedy="pass [(first, second)]")
    return TextPairs([first for first, _ in texts], [second for _, second in texts], "the pairs given")
