"""What tasks with models over words have in common: the vocabulary, first vectors, and batches of words."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import seqmodels
from pipelines.tasks.context import open_language_models, states_of_tokens
from pipelines.tasks.task import E, P, Prepared, Task
from pipelines.tasks.word_inputs import WordInputs, word_counts, word_inputs
from textprep.errors import ConfigError
from textprep.recipes import open_recipe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from pipelines.runs.folder import RunParts
    from textprep import Pipeline, Tokens


class WordTask(Task[E, P]):
    """A task whose model looks at words: their vectors, characters and shapes.

    Attributes:
        per_token: Whether there is a target for each token, not for each example.
        lower: Whether words are counted in lower case, because the model sees their capitals by other ways.
        batch_tokens: Padded tokens in a batch of prediction, at most.
    """

    per_token: ClassVar[bool] = False
    lower: ClassVar[bool] = False
    batch_tokens: ClassVar[int] = 4096

    @abstractmethod
    def tokens(self, examples: E, pipeline: Pipeline) -> Tokens:
        """The examples' words: one row of the model's input for each example."""

    @abstractmethod
    def targets(self, examples: E, labels: list[str]) -> npt.NDArray[np.generic]:
        """What the model is to learn, in numbers, aligned with the rows or the tokens of `tokens`."""

    def weights(self, examples: E, labels: list[str]) -> npt.NDArray[np.float32] | None:
        """How much each label counts in training; all alike if None.  # (labels,)"""
        return None

    @abstractmethod
    def model(
        self,
        sizes: seqmodels.InputSizes,
        labels: list[str],
        matrix: npt.NDArray[np.float32] | None = None,
        weights: npt.NDArray[np.float32] | None = None,
    ) -> Any:
        """The untrained model, with `loss(batch)`, `predict(batches)`, its `labels`, and its `sizes` as they are."""

    def prepare(self, examples: E, labels: list[str], vectors: str | os.PathLike[str] | None) -> Prepared:
        """Choose the words, look up their vectors, and lay out the batches."""
        data, seed = self.settings.data, self.settings.training.seed
        pipeline = self.start.pipeline() if self.start and not self.per_token else open_recipe(data.recipe)
        tokens = self.tokens(examples, pipeline)
        words = self._words(tokens, vectors)
        pipeline.vocabulary = words.vocabulary
        features, sizes = words.for_model(
            tokens.words,
            characters=self.settings.model.input.char_encoder != "none",
            word_size=data.word_size,
            digits_to_zero=data.digits_to_zero,
        )
        language_models = open_language_models(getattr(data, "language_models", ""))
        states = states_of_tokens(tokens, language_models)
        sizes = sizes if states is None else replace(sizes, states=states.shape[1])
        batches = seqmodels.Batches(
            features(tokens.words),
            tokens.codes,
            tokens.offsets,
            targets=self.targets(examples, labels),
            per_token=self.per_token,
            sentences=tokens.sentences,
            states=states,
            size=data.batch_size,
            seed=seed,
        )
        return Prepared(
            pipeline,
            features,
            sizes,
            batches,
            tokens=tokens.count,
            largest=max((len(rows) * int(batches.lengths[rows].max()) for rows in batches.plan.epoch(0)), default=0),
            begins_with={"matrix": words.matrix, "weights": self.weights(examples, labels)},
            facts={} if self.start else {"word vectors": _described(vectors, words)},
            language_models=language_models,
        )

    def _words(self, tokens: Tokens, vectors: str | os.PathLike[str] | None) -> WordInputs:
        """The words that the model knows, with their first vectors."""
        data = self.settings.data
        if self.start:
            return self.start.word_inputs(word_counts(tokens, lower=False), data)
        return word_inputs(
            word_counts(tokens, lower=self.lower),
            min_count=data.min_count,
            max_words=data.max_words,
            vectors=vectors,
            extra_words=data.extra_words,
            train_vectors=data.train_vectors,
            seed=self.settings.training.seed,
        )

    def check(self, examples: E, labels: list[str]) -> None:
        """Raise InputError for examples that cannot be scored, before any time is spent."""
        self.targets(examples, labels)

    def batches(self, examples: E, parts: RunParts) -> seqmodels.Batches:
        """The examples' words as the model predicts them."""
        return self.word_batches(self.tokens(examples, parts.pipeline), parts)

    def word_batches(self, tokens: Tokens, parts: RunParts) -> seqmodels.Batches:
        """Rows of words as the model predicts them: sorted by length, with all words encoded once."""
        assert parts.features is not None  # a model over words has them
        features, size = parts.features(tokens.words), self.batch_tokens
        return seqmodels.Batches(
            features,
            tokens.codes,
            tokens.offsets,
            sentences=tokens.sentences,
            states=states_of_tokens(tokens, parts.language_models),
            tokens=size,
            shared_words=True,
        )

    @classmethod
    def restored(
        cls, sizes: Mapping[str, Any], features: Mapping[str, Any] | None, words: Sequence[str]
    ) -> tuple[seqmodels.InputSizes, seqmodels.WordFeatures]:
        """The sizes and features, from what a run's card has of them."""
        if features is None:
            raise ConfigError("it has no features")
        known, told = seqmodels.InputSizes(**sizes), seqmodels.WordFeatures(words=words, **features)
        if (known.words, known.chars) != (there := (len(words), len(told.alphabet) + 2)):
            raise ConfigError(
                f"sizes of {known.words} words and {known.chars} characters, where there are {there[0]} and {there[1]}"
            )
        return known, told


def _described(vectors: str | os.PathLike[str] | None, words: WordInputs) -> str:
    return f"{os.fspath(vectors)}: {words.coverage}" if vectors else "random at first"
