"""Sentiment, or any other classification of texts: from labelled texts to a run that labels new ones."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pipelines.datasets import LabelledTexts, from_dataset, held_out, open_labelled
from pipelines.runs.folder import ModelParts, check_target, load_parts, save_parts
from pipelines.runs.report import report
from pipelines.tasks.sentiment_settings import SentimentData, SentimentSettings
from pipelines.tasks.word_inputs import word_inputs
from seqmodels import (
    Batches,
    Classifier,
    Hook,
    WordFeatures,
    accuracy,
    class_scores,
    fit,
)
from textprep import InputError, Tokens
from textprep.recipes import open_recipe

if TYPE_CHECKING:
    import numpy.typing as npt
    from datasets import Dataset

LabelledSource: TypeAlias = "str | os.PathLike[str] | LabelledTexts | Dataset"


@dataclass(frozen=True)
class Prediction:
    """The label of a text.

    Attributes:
        label: The most probable label.
        probability: Its probability.
        probabilities: The probability of every label; they sum to 1.
    """

    label: str
    probability: float
    probabilities: dict[str, float]


class SentimentRun:
    """A trained classifier that takes raw texts.

    Attributes:
        parts: The model and what it was made of.
        columns: What a record of `records` holds.
    """

    task = "sentiment"
    columns = ("label", "probability", "probabilities")

    def __init__(self, parts: ModelParts) -> None:
        self.parts = parts

    @property
    def labels(self) -> list[str]:
        """The labels, in the order of `probabilities`."""
        return self.parts.labels

    def __call__(self, texts: Sequence[str]) -> list[Prediction]:
        """Label texts.

        Raises:
            InputError: A text is not a string.
        """
        return [
            Prediction(self.labels[row.argmax()], float(row.max()), dict(zip(self.labels, row.tolist(), strict=True)))
            for row in self.probabilities(texts)
        ]

    def records(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The predictions as JSON-ready records with the keys `columns`."""
        return [asdict(prediction) for prediction in self(texts)]

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The probability of every label for every text.  # (texts, labels)"""
        tokens = self.parts.pipeline(texts)
        model = self.parts.model
        assert isinstance(model, Classifier)
        return model.predict(_batches(self.parts.features, tokens, self.parts.settings.data, labels=None))

    def evaluate(self, data: LabelledSource) -> dict[str, Any]:
        """Score the run on labelled texts: `accuracy`, `classes` with precision, recall and F1, and speed.

        Raises:
            InputError: The data cannot be read, or has a label that the model does not know.
        """
        texts = read_labelled(data, self.parts.settings.data, "test")
        gold = _label_ids(texts, self.labels)
        start = time.perf_counter()
        predicted = self.probabilities(texts.texts).argmax(1)
        seconds = time.perf_counter() - start
        return {
            "texts": len(gold),
            "accuracy": accuracy(gold, predicted),
            "classes": {name: each._asdict() for name, each in class_scores(gold, predicted, self.labels).items()},
            "seconds": seconds,
            "texts_per_second": len(gold) / seconds,
        }

    @classmethod
    def load(cls, folder: str | os.PathLike[str], card: dict[str, Any]) -> SentimentRun:
        """Read a run folder back; see `pipelines.load`."""
        return cls(load_parts(folder, card, SentimentSettings(), Classifier))


def train_sentiment(
    train: LabelledSource,
    dev: LabelledSource | None = None,
    *,
    vectors: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    settings: SentimentSettings | None = None,
    overwrite: bool = False,
    hooks: Sequence[Hook] = (),
) -> SentimentRun:
    """Train a classifier of texts.

    Args:
        train: Labelled texts, a `datasets.Dataset`, or a file or folder of them (see `pipelines.datasets`).
        dev: Labelled texts by which the best epoch is chosen; a share of the training texts if None.
        vectors: Word vectors to begin with.
        out: The run folder to write.
        settings: The settings; good defaults if None.
        overwrite: Whether a run in `out` may be replaced.
        hooks: Called while training, see `seqmodels.Hook`.

    Raises:
        InputError: Data cannot be read, or the development data has a label that the training data has not.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    import torch

    settings = settings or SentimentSettings()
    if out is not None:
        check_target(out, overwrite)
    start = time.perf_counter()
    data = settings.data
    train_texts = read_labelled(train, data, "train")
    labels = sorted(set(train_texts.labels))
    if len(labels) < 2:
        found = f"one label only, {labels[0]!r}" if labels else "no text"
        raise InputError(f"there is {found}", file=train_texts.source, remedy="give texts of two labels or more")
    if dev is None:
        train_texts, dev_texts = held_out(train_texts, data.held_out, settings.training.seed)
    else:
        dev_texts = read_labelled(dev, data, "test")

    pipeline = open_recipe(data.recipe)
    tokens, dev_tokens = pipeline(train_texts.texts), pipeline(dev_texts.texts)
    words = word_inputs(
        dict(zip(tokens.words, tokens.counts().tolist(), strict=True)),
        min_count=data.min_count,
        max_words=data.max_words,
        vectors=vectors,
        extra_words=data.extra_words,
        train_vectors=data.train_vectors,
        seed=settings.training.seed,
    )
    pipeline.vocabulary = words.vocabulary
    characters = settings.model.input.char_encoder != "none"
    features, sizes = words.for_model(tokens.words, characters=characters, word_size=data.word_size)
    gold, dev_gold = _label_ids(train_texts, labels), _label_ids(dev_texts, labels)
    batches = _batches(features, tokens, data, labels=gold, seed=settings.training.seed)
    dev_batches = _batches(features, dev_tokens, data, labels=None)

    def evaluate(model: Classifier) -> dict[str, float]:
        return {"accuracy": accuracy(dev_gold, model.predict(dev_batches).argmax(1))}

    with torch.random.fork_rng():
        torch.manual_seed(settings.training.seed)
        model = Classifier(settings.model, sizes, labels, words.matrix)
        progress = fit(model, batches, evaluate, settings.training, hooks)
    run = SentimentRun(ModelParts("sentiment", settings, pipeline, features, labels, sizes, model))
    if out is not None:
        facts = {
            "training data": f"{train_texts.source}: {len(gold):,} texts, {tokens.count:,} tokens",
            "development data": f"{dev_texts.source}: {len(dev_gold):,} texts, {dev_tokens.count:,} tokens",
            "labels": ", ".join(f"{label} ({(gold == k).sum():,})" for k, label in enumerate(labels)),
            "word vectors": f"{os.fspath(vectors)}: {words.coverage}" if vectors else "random at first",
            "seconds, reading to last epoch": f"{time.perf_counter() - start:.0f}",
        }
        text = report("sentiment", facts, progress, settings, run.evaluate(dev_texts))
        save_parts(run.parts, out, progress.records, text)
    return run


def read_labelled(source: LabelledSource, data: SentimentData, split: str) -> LabelledTexts:
    """Labelled texts as they are, from a data set, a file, or the split of a folder or archive that has several."""
    if isinstance(source, LabelledTexts):
        return source
    text, label = data.text or None, data.label or None
    if isinstance(source, str | os.PathLike):
        return open_labelled(source, text=text, label=label, split=split)
    return from_dataset(source, text, label)


def shortened(
    codes: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64], limit: int, head: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Cut documents of more than `limit` tokens to their first `head` and their last `limit - head`."""
    lengths = np.diff(offsets)
    place = np.arange(len(codes)) - np.repeat(offsets[:-1], lengths)  # of each token in its document
    left = np.repeat(lengths, lengths) - place
    kept = (place < min(head, limit)) | (left <= max(limit - head, 0)) | np.repeat(lengths <= limit, lengths)
    return codes[kept], np.append(0, np.cumsum(np.minimum(lengths, limit)))


def _label_ids(texts: LabelledTexts, labels: list[str]) -> npt.NDArray[np.int64]:
    ids = {label: k for k, label in enumerate(labels)}
    for row, label in enumerate(texts.labels, 1):
        if label not in ids:
            problem = f"text {row} has the label {label!r}, which the model does not know"
            raise InputError(problem, file=texts.source, remedy=f"it knows {', '.join(labels)}")
    return np.array([ids[label] for label in texts.labels], np.int64)


def _batches(
    features: WordFeatures,
    tokens: Tokens,
    data: SentimentData,
    labels: npt.NDArray[np.int64] | None,
    seed: int | None = None,
) -> Batches:
    """Batches to learn from if there is a seed, else to predict: larger, with all words encoded once."""
    size: dict[str, Any] = {"size": data.batch_size, "seed": seed} if seed is not None else {"tokens": 32768}
    codes, offsets = shortened(tokens.codes, tokens.offsets, data.max_tokens, data.head_tokens)
    return Batches(
        features(tokens.words),
        codes,
        offsets,
        targets=labels,
        shared_words=seed is None,
        **size,
    )
