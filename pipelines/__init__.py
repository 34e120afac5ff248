"""From data to a run that can be used: readers, training, run folders, and the command line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.ner import Entity, NerRun, train_ner
    from pipelines.ner_settings import NerSettings
    from pipelines.recipes import open_recipe
    from pipelines.run import load
    from pipelines.sentiment import Prediction, SentimentRun, train_sentiment
    from pipelines.sentiment_settings import SentimentSettings

_HOMES = {
    "pipelines.ner": ("Entity", "NerRun", "train_ner"),
    "pipelines.ner_settings": ("NerSettings",),
    "pipelines.recipes": ("open_recipe",),
    "pipelines.run": ("load",),
    "pipelines.sentiment": ("Prediction", "SentimentRun", "train_sentiment"),
    "pipelines.sentiment_settings": ("SentimentSettings",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

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


def __getattr__(name: str) -> object:
    """Import what is asked for when it is first asked for (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'pipelines' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
