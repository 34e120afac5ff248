"""What tasks on whole texts have in common: their data section, their words, and what a model says of each text."""

from __future__ import annotations

import math
import os
from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import LabelledTexts
from pipelines.runs.run import Run
from pipelines.tasks.word_inputs import WordData
from pipelines.tasks.word_task import WordTask
from textprep.errors import ConfigError
from textprep.readers.columns import Column, written_column
from textprep.sentences import with_sentences
from textprep.settings import Features, Size, SizeOrNone
from textprep.texts import Texts
from textprep.tokens import Tokens

if TYPE_CHECKING:
    from datasets import Dataset

    from pipelines.tasks.transfer import Start
    from textprep import Pipeline

P = TypeVar("P")
LabelledSource: TypeAlias = "str | os.PathLike[str] | LabelledTexts[Any] | Dataset"


@dataclass(frozen=True)
class TextData(WordData):
    """What is made of the texts before training."""

    recipe: str = "sentiment"
    """How texts become words: the name of a recipe, or a JSON file with one."""
    min_count: SizeOrNone = 2
    """Rarer words are unknown, unless they have a vector."""
    max_words: SizeOrNone = 30000
    """How many of the most frequent training words are known."""
    word_size: Features = 100
    """Length of the word vectors, if none are given."""
    batch_size: SizeOrNone = 0
    """Texts in a training batch; 0: a thousandth of the training texts, but 32 to 128."""
    text: str = ""
    """The column of the texts: its name, its number from 0, or several to be joined (title+description); found by its
    usual names if empty."""
    label: str = ""
    """The column of the labels: its name, or its number from 0; found by its usual names if empty."""
    header: bool = True
    """Whether the first line of TSV and CSV files names the columns."""
    max_tokens: Size = 400
    """Longer texts are cut to this many tokens."""
    head_tokens: SizeOrNone = 150
    """How many of these are the first ones; the rest are the last, where a review says what it comes to."""
    sentences: bool = False
    """Whether sentences are looked for, for an encoder that reads texts sentence by sentence: hierarchical."""
    class_weights: Literal["none", "balanced"] = "none"
    """How much each text counts: none, all alike; balanced, those of rare labels more, so that each label
    counts alike."""


class TextRun(Run[P]):
    """A trained model of whole texts."""

    task: TextTask[P]

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The probability of every label for every text.  # (texts, labels)"""
        return self.task.probabilities(Texts.of(texts), self)


class TextTask(WordTask[LabelledTexts[Any], P]):
    """A task that says something of each text as a whole."""

    batch_tokens = 32768

    @property
    def columns_of_texts(self) -> tuple[Column | None, str | int | None]:
        """The columns of texts and labels that the settings choose."""
        data = self.settings.data
        text, label = (written_column(each) if each else None for each in (data.text, data.label))
        if label is not None and not isinstance(label, str | int):
            raise ConfigError(f"setting data.label must name one column, not {data.label!r}")
        return text, label

    @classmethod
    def sized(cls, settings: Any, examples: LabelledTexts[Any]) -> Any:
        """The settings with the batch size and the number of epochs that suit so many training texts, if they say 0.

        An epoch has a thousand steps or so, of 32 to 128 texts. There are as many epochs as give 3,000 steps, however
        few the texts are, but never fewer than 4 or more than 20.
        """
        size = settings.data.batch_size or min(128, max(32, len(examples) // 1000))
        epochs = settings.training.epochs or min(20, max(4, round(3000 / math.ceil(len(examples) / size))))
        data, training = replace(settings.data, batch_size=size), replace(settings.training, epochs=epochs)
        return replace(settings, data=data, training=training)

    @classmethod
    def agreed(cls, settings: Any, start: Start) -> Any:
        """The same with the recipe of the language model, and texts no longer than it can read."""
        settings = super().agreed(settings, start)
        most = min(settings.data.max_tokens, start.model.encoder.context or settings.data.max_tokens)
        return replace(settings, data=replace(settings.data, recipe=start.parts.settings.data.recipe, max_tokens=most))

    @abstractmethod
    def counts(self, examples: LabelledTexts[Any]) -> Counter[str]:
        """How many texts have each label."""

    def tokens(self, examples: LabelledTexts[Any], pipeline: Pipeline) -> Tokens:
        """The words of each text, long texts cut."""
        return words_of(Texts.of(examples.texts), pipeline, self.settings.data)

    def model(
        self,
        sizes: seqmodels.InputSizes,
        labels: list[str],
        matrix: npt.NDArray[np.float32] | None = None,
        weights: npt.NDArray[np.float32] | None = None,
    ) -> seqmodels.Classifier:
        """A model with one output a label."""
        import torch

        class_weights = None if weights is None else torch.from_numpy(weights)
        return seqmodels.Classifier(self.settings.model, sizes, labels, matrix, class_weights)

    def fit_at_once(
        self,
        model: seqmodels.Classifier,
        examples: Sequence[LabelledTexts[Any]],
        batches: Sequence[seqmodels.Batches],
    ) -> None:
        """Fit the linear model of words and word pairs, if there is one."""
        model.fit_ngrams(batches, np.concatenate([self.targets(part, model.labels) for part in examples]))

    def weigh(self, model: seqmodels.Classifier, examples: LabelledTexts[Any], batches: seqmodels.Batches) -> None:
        """Find how much the network and the linear model count."""
        model.weigh(batches, self.targets(examples, model.labels))

    def probabilities(self, texts: Texts, run: Run[Any]) -> npt.NDArray[np.float32]:
        """What a trained model says of texts.  # (texts, labels)"""
        tokens = words_of(texts, run.parts.pipeline, self.settings.data)
        probabilities: npt.NDArray[np.float32] = run.predict(self.word_batches(tokens, run.parts))
        return probabilities


def words_of(texts: Texts, pipeline: Pipeline, data: TextData) -> Tokens:
    """The words of each text, long texts cut; with sentences, if an encoder is to know of them."""
    tokens = pipeline(texts)
    return shortened(with_sentences(texts, tokens, data.max_tokens) if data.sentences else tokens, data)


def shortened(tokens: Tokens, data: TextData) -> Tokens:
    """The tokens of documents of which each has `max_tokens` at most: its first `head_tokens`, and its last."""
    lengths = np.diff(tokens.offsets)
    limit, head = data.max_tokens, min(data.head_tokens, data.max_tokens)
    if not (lengths > limit).any():
        return tokens
    place = np.arange(tokens.count) - np.repeat(tokens.offsets[:-1], lengths)  # of each token in its document
    left = np.repeat(lengths, lengths) - place
    kept = (place < head) | (left <= limit - head) | np.repeat(lengths <= limit, lengths)
    return tokens.taken(np.flatnonzero(kept))
