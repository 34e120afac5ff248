"""Two small corpora of our own, and the settings that learn from them within a minute.

`reviews.tsv` has sentences from reviews of many kinds, labelled positive or negative; `entities.conll` has sentences
from many kinds of text with their people (PER), organisations (ORG), places (LOC) and the rest (MISC), in IOB2.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipelines.datasets import LabelledTexts, TaggedSentences, read_conll, read_labelled
from pipelines.tasks.ner_settings import NerSettings
from pipelines.tasks.sentiment_settings import SentimentSettings
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
    },
)


def reviews() -> tuple[LabelledTexts, LabelledTexts]:
    """The reviews, four fifths to learn from and a fifth held out."""
    corpus = read_labelled(FOLDER / "reviews.tsv")
    parts = [
        LabelledTexts([corpus.texts[row] for row in rows], [corpus.labels[row] for row in rows], name)
        for rows, name in zip(
            fifths(len(corpus)), ("four fifths of the reviews", "a fifth of the reviews"), strict=True
        )
    ]
    return parts[0], parts[1]


def entities() -> tuple[TaggedSentences, TaggedSentences]:
    """The sentences with entities, four fifths to learn from and a fifth held out."""
    corpus = read_conll(FOLDER / "entities.conll")
    names = ("four fifths of the sentences", "a fifth of the sentences")
    parts = [tagged_rows(corpus, rows, name) for rows, name in zip(fifths(len(corpus)), names, strict=True)]
    return parts[0], parts[1]


def tagged_rows(corpus: TaggedSentences, rows: list[int], name: str) -> TaggedSentences:
    """Some of the sentences of a corpus, under a name for messages."""
    columns = (corpus.words, corpus.tags, corpus.document, corpus.lines)
    words, tags, document, lines = ([column[row] for row in rows] for column in columns)
    return TaggedSentences(words, tags, document, lines, name)  # type: ignore[arg-type]


def fifths(count: int) -> tuple[list[int], list[int]]:
    """Rows at random: four fifths of them, and the last fifth."""
    order = np.random.default_rng(SEED).permutation(count).tolist()
    cut = count - count // 5
    return order[:cut], order[cut:]
