"""Sentiment: classification of texts by the opinion in them, under a name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

from pipelines.tasks import training
from pipelines.tasks.classifier import Classification, ClassificationSettings, ClassifierRun
from pipelines.tasks.task import TASKS
from pipelines.tasks.text_task import LabelledSource


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


def train_sentiment(
    train: LabelledSource, dev: LabelledSource | None = None, **options: Unpack[training.Options]
) -> SentimentRun:
    """Train a classifier of opinions; as `train_classifier`."""
    run = training.train(Sentiment, train, dev, **options)
    assert isinstance(run, SentimentRun)
    return run
