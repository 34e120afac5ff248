"""Settings of a named-entity run; the defaults are those that did best on CoNLL-2003's development set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from seqmodels import TaggerSettings, TrainingSettings
from textprep.settings import Size, SizeOrNone, Within


@dataclass(frozen=True)
class NerData:
    """What is made of the sentences before training."""

    recipe: str = "treebank"
    """How raw text becomes tokens like those of the training data: a recipe's name, or a JSON file with one."""
    word_column: int = 0
    """The column of the words in CoNLL files, from 0; -1 is the last."""
    tag_column: int = -1
    """The column of the tags in CoNLL files, from 0; -1 is the last."""
    scheme: str = ""
    """The tag scheme of the files: iob1, iob2 or bioes; found out if empty."""
    min_count: Annotated[int, Within(0)] = 1
    """Rarer words are unknown, unless they have a vector; their characters are seen all the same."""
    max_words: Annotated[int, Within(0)] = 50000
    """How many of the most frequent training words are known."""
    word_size: Size = 50
    """Length of the word vectors, if none are given."""
    extra_words: SizeOrNone = 400000
    """How many words that occur in the vectors only are known as well."""
    train_vectors: bool = True
    """Whether training changes the vectors of the training words."""
    digits_to_zero: bool = False
    """Whether a number that is not known may be found as its shape: 1996 as 0000."""
    batch_size: Size = 16
    """Sentences in a training batch."""
    max_tokens: Size = 400
    """Longer sentences of raw text are cut into pieces of this many tokens."""


@dataclass(frozen=True)
class NerSettings:
    """Settings of a named-entity run."""

    data: NerData = field(default_factory=NerData)
    model: TaggerSettings = field(default_factory=TaggerSettings)
    training: TrainingSettings = field(
        default_factory=lambda: TrainingSettings(epochs=20, learning_rate=0.001, metric="f1", precision="auto")
    )
