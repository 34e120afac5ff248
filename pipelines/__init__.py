"""From data to a run that can be used: readers, training, run folders, and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textprep.lazy import lazy_names

if TYPE_CHECKING:
    from pipelines.ner import Entity, NerRun, train_ner
    from pipelines.ner_settings import NerSettings
    from pipelines.recipes import open_recipe
    from pipelines.run import load
    from pipelines.sentiment import Prediction, SentimentRun, train_sentiment
    from pipelines.sentiment_settings import SentimentSettings

__all__ = [
    "Entity",
    "NerRun",
    "NerSettings",
    "Prediction",
    "SentimentRun",
    "SentimentSettings",
    "load",
    "open_recipe",
    "train_ner",
    "train_sentiment",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "ner": ("Entity", "NerRun", "train_ner"),
        "ner_settings": ("NerSettings",),
        "recipes": ("open_recipe",),
        "run": ("load",),
        "sentiment": ("Prediction", "SentimentRun", "train_sentiment"),
        "sentiment_settings": ("SentimentSettings",),
    },
)
