"""Two small corpora of our own, and the settings that learn from them within a minute.

`reviews.tsv` has sentences from reviews of many kinds, labelled positive or negative; `entities.conll` has sentences
from many kinds of text with their people (PER), organisations (ORG), places (LOC) and the rest (MISC), in IOB2.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.datasets import LabelledTexts, TaggedSentences, folds, read_conll, read_labelled
from pipelines.tasks.ner import NerSettings
from pipelines.tasks.sentiment import SentimentSettings
from textprep.settings import with_values

FOLDER = Path(__file__).parent
SEED = 0

SENTIMENT = with_values(
    SentimentSettings(),
    {
        "min_count": 1,
        "word_size": 100,
        "batch_size": 16,
        "hidden_size": 64,
        "pooling": "attention",
        "word_dropout": 0.2,
        "input_dropout": 0.5,
        "epochs": 8,
        "learning_rate": 0.003,
        "warmup_steps": 20,
        "average_decay": 0.98,
        "precision": "float32",
        "threads": 1,  # the model is so small that sharing the work costs more than it saves
    },
)
NER = with_values(
    NerSettings(),
    {
        "min_count": 2,
        "batch_size": 8,
        "hidden_size": 100,
        "epochs": 30,
        "learning_rate": 0.003,
        "average_decay": 0.99,
        "precision": "float32",
        "threads": 1,
    },
)


def reviews() -> tuple[LabelledTexts, LabelledTexts]:
    """The reviews, four fifths to learn from and a fifth held out."""
    *_, parts = folds(read_labelled(FOLDER / "reviews.tsv"), 5, SEED)
    return parts


def entities() -> tuple[TaggedSentences, TaggedSentences]:
    """The sentences with entities, four fifths to learn from and a fifth held out."""
    *_, parts = folds(read_conll(FOLDER / "entities.conll"), 5, SEED)
    return parts
