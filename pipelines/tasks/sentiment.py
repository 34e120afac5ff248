"""Sentiment: classification of texts by the opinion in them, under a name of its own."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any, Unpack

from pipelines.datasets import LabelledTexts
from pipelines.tasks import training
from pipelines.tasks.classifier import Classification, ClassificationSettings, ClassifierRun
from pipelines.tasks.task import TASKS, Prepared
from pipelines.tasks.text_task import LabelledSource
from textprep import StopWords
from textprep.errors import InputWarning


@dataclass(frozen=True)
class SentimentSettings(ClassificationSettings):
    """Settings of a sentiment run: those of any classifier."""


class SentimentRun(ClassifierRun):
    """A trained classifier of opinions."""


@TASKS.register("sentiment")
class Sentiment(Classification):
    """Train a classifier of opinions in texts."""

    settings_class = SentimentSettings
    run_class = SentimentRun

    def prepare(
        self, examples: LabelledTexts[Any], labels: list[str], vectors: str | os.PathLike[str] | None
    ) -> Prepared:
        """As for every classifier; a recipe that drops what turns an opinion round is spoken of."""
        prepared = super().prepare(examples, labels, vectors)
        for stage in prepared.pipeline.stages:
            if isinstance(stage, StopWords) and stage.negations:
                dropped = ", ".join(sorted(stage.negations))
                warnings.warn(
                    f"the recipe drops {dropped}, so that 'not good' reads as 'good'; keep them by the option `keep` "
                    "of stop_words",
                    InputWarning,
                    stacklevel=2,
                )
        return prepared


def train_sentiment(
    train: LabelledSource, dev: LabelledSource | None = None, **options: Unpack[training.Options]
) -> SentimentRun:
    """Train a classifier of opinions; as `train_classifier`."""
    run = training.train(Sentiment, train, dev, **options)
    assert isinstance(run, SentimentRun)
    return run
