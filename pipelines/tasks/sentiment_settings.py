"""Settings of a sentiment run; the defaults are those that did best on reviews held out of IMDB's training half."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from seqmodels import ClassifierSettings, TrainingSettings
from textprep.settings import Share, Size, SizeOrNone, Within


@dataclass(frozen=True)
class SentimentData:
    """What is made of the texts before training."""

    recipe: str = "sentiment"
    """How texts become words: the name of a recipe, or a JSON file with one."""
    text: str = ""
    """The column of the texts; found by its usual names if empty."""
    label: str = ""
    """The column of the labels; found by its usual names if empty."""
    min_count: Annotated[int, Within(0)] = 2
    """Rarer words are unknown, unless they have a vector."""
    max_words: Annotated[int, Within(0)] = 30000
    """How many of the most frequent training words are known."""
    max_tokens: Size = 400
    """Longer texts are cut to this many tokens."""
    head_tokens: SizeOrNone = 150
    """How many of these are the first ones; the rest are the last, where a review says what it comes to."""
    word_size: Size = 100
    """Length of the word vectors, if none are given."""
    extra_words: SizeOrNone = 0
    """How many words that occur in the vectors only are known as well."""
    train_vectors: bool = True
    """Whether training changes the given vectors."""
    batch_size: Size = 32
    """Texts in a training batch."""
    held_out: Share = 0.1
    """Share of the training texts that is set aside to choose the best epoch, if no development data is given."""


@dataclass(frozen=True)
class SentimentSettings:
    """Settings of a sentiment run."""

    data: SentimentData = field(default_factory=SentimentData)
    model: ClassifierSettings = field(
        default_factory=lambda: ClassifierSettings(pooling="attention", word_dropout=0.1, input_dropout=0.4)
    )
    training: TrainingSettings = field(
        default_factory=lambda: TrainingSettings(epochs=4, learning_rate=0.002, average_decay=0.995, precision="auto")
    )
