"""Sentiment: classification of texts, with the settings that did best on reviews held out of IMDB's training half."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Unpack

import seqmodels
from pipelines.tasks import training
from pipelines.tasks.classifier import Classification, ClassificationSettings, ClassifierRun
from pipelines.tasks.task import TASKS
from pipelines.tasks.text_task import LabelledSource


@dataclass(frozen=True)
class SentimentSettings(ClassificationSettings):
    """Settings of a sentiment run."""

    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingSettings(
            epochs=4, learning_rate=0.002, average_decay=0.995, precision="auto"
        )
    )


class SentimentRun(ClassifierRun):
    """A trained classifier of opinions."""


@TASKS.register("sentiment")
class Sentiment(Classification):
    """Train a classifier of opinions in texts."""

    settings_class = SentimentSettings
    run_class = SentimentRun


def train_sentiment(
    train: LabelledSource, dev: LabelledSource | None = None, **options: Unpack[training.Options]
) -> SentimentRun:
    """Train a classifier of opinions; as `train_classifier`, with settings for reviews."""
    run = training.train(Sentiment, train, dev, **options)
    assert isinstance(run, SentimentRun)
    return run
