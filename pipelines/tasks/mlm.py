"""Masked language modelling, BERT's recipe (Devlin et al., 2019): from plain text to a run that fills gaps in texts."""

from __future__ import annotations

import os
import warnings
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Unpack

import numpy as np

import seqmodels
from pipelines.datasets import PlainTexts, read_documents, read_texts
from pipelines.runs.run import Run
from pipelines.tasks import training
from pipelines.tasks.id_inputs import no_vectors, vocabulary_of
from pipelines.tasks.masked_inputs import FRAME, framed, plain_ids, special_ids
from pipelines.tasks.masked_run import Judged, MaskedRun
from pipelines.tasks.plain_text_task import PlainSource, PlainTextData, PlainTextTask
from pipelines.tasks.task import TASKS, Prepared
from pipelines.tasks.transfer import TransferSettings
from textprep import Pipeline
from textprep.errors import ConfigError, InputError, InputWarning
from textprep.readers.columns import Column
from textprep.settings import Share, Within
from textprep.special_tokens import BERT
from textprep.subword.wordpiece import CONTINUES
from textprep.texts import Texts

if TYPE_CHECKING:
    from pipelines.runs.folder import RunParts
    from textprep.readers.bad_row import OnBadRow

HIDDEN_SEED = 0  # of what is hidden when a model is scored, the same every time


@dataclass(frozen=True)
class MaskedData(PlainTextData):
    """What is made of the texts before training."""

    recipe: str = "subwords"
    """How texts become tokens: the name of a recipe (words, subwords, characters), a JSON file with one, or the folder
    of a pipeline that was fitted before."""
    max_length: Annotated[int, Within(5)] = 128
    """Tokens that are read as one, special tokens among them; documents are cut into pieces of so many, at the ends of
    lines where that can be."""
    share: Share = 0.15
    """Share of the tokens that are hidden."""
    whole_words: bool = False
    """Whether all pieces of a word are hidden together, with subwords."""
    lines_apart: bool = False
    """Whether each line of a file of text is a document of its own; else lines are sentences of one document, as far as
    the next empty line."""


@dataclass(frozen=True)
class MaskedSettings:
    """Settings of a masked language model."""

    data: MaskedData = field(default_factory=MaskedData)
    model: seqmodels.MaskedLanguageModelSettings = field(
        default_factory=lambda: seqmodels.MaskedLanguageModelSettings()  # noqa: PLW0108 (it loads torch)
    )
    transfer: TransferSettings = field(default_factory=lambda: TransferSettings(unfreeze_epochs=0))
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingSettings(clip_norm=1.0, metric="perplexity", precision="auto")
    )


@TASKS.register("mlm")
class MaskedLanguageModelling(PlainTextTask[Judged]):
    """Train a masked language model on plain text.

    An example is a document, whose lines are its sentences.
    """

    settings_class = MaskedSettings
    run_class = MaskedRun
    reads = "text, a sentence a line, an empty line between documents; or JSONL, TSV, CSV, Parquet, a document a row"
    rows = "documents"
    unit = "hidden_tokens"
    columns = ("nats", "tokens", "perplexity", "gaps")
    metrics = ("perplexity", "accuracy", "next_sentence_accuracy")

    def read_file(self, path: str | os.PathLike[str], column: Column, on_bad_row: OnBadRow | None) -> PlainTexts:
        """Its documents."""
        data = self.settings.data
        read = read_texts if data.lines_apart else read_documents
        return read(path, column, header=data.header, encoding=data.encoding, on_bad_row=on_bad_row)

    def cut(self, text: str, share: float) -> tuple[str, str]:
        """At the end of a line."""
        lines = text.split("\n")
        place = round(len(lines) * (1 - share))
        return "\n".join(lines[:place]), "\n".join(lines[place:])

    def prepare(self, examples: PlainTexts, labels: list[str], vectors: str | os.PathLike[str] | None) -> Prepared:
        """Learn the vocabulary, and cut the documents into pieces."""
        no_vectors(vectors)
        data, model, seed = self.settings.data, self.settings.model, self.settings.training.seed
        if self.settings.training.metric == "next_sentence_accuracy" and not model.next_sentence:
            raise ConfigError("training.metric = next_sentence_accuracy needs model.next_sentence = true")
        pipeline = self.pipeline(_sentences(examples), BERT)
        batches, spelled = self._batches(examples, pipeline, seed)
        if spelled:
            problem = f"{spelled:,} words of the training text are spelled like special tokens"
            warnings.warn(f"{problem}, and read as unknown ones", InputWarning, stacklevel=2)
        return Prepared(
            pipeline,
            None,
            seqmodels.TokenSizes(len(vocabulary_of(pipeline)), 2 if model.next_sentence else 0),
            batches,
            tokens=batches.token_count,
            largest=data.batch_size * data.max_length,
        )

    def model(self, sizes: seqmodels.TokenSizes, labels: list[str]) -> seqmodels.MaskedLanguageModel:
        """A masked language model; ConfigError if it cannot read as many tokens as the pieces have."""
        model, longest = seqmodels.MaskedLanguageModel(self.settings.model, sizes), self.settings.data.max_length
        if model.context is not None and model.context < longest:
            raise ConfigError(
                f"the model reads {model.context} tokens at most, and data.max_length is {longest}; lower that, or "
                "raise model.encoder.context"
            )
        return model

    def batches(self, examples: PlainTexts, parts: RunParts) -> seqmodels.MaskedBatches:
        """The same tokens hidden whenever it is asked, and the same pairs."""
        return self._batches(examples, parts.pipeline, HIDDEN_SEED)[0]

    def _batches(self, examples: PlainTexts, pipeline: Pipeline, seed: int) -> tuple[seqmodels.MaskedBatches, int]:
        """Pieces of the documents with hidden tokens; and how many words are spelled like special tokens."""
        data, vocabulary, special = self.settings.data, vocabulary_of(pipeline), special_ids(pipeline)
        ids, spelled = plain_ids(pipeline, _sentences(examples))
        if not (ids.values >= len(special)).any():
            remedy = "give more text, or lower data.min_count; unknown words cannot be guessed"
            raise InputError("there is no known word to be hidden", file=examples.source, remedy=remedy)
        documents = np.cumsum([0, *(text.count("\n") + 1 for text in examples.texts)])  # (documents + 1,)
        corpus: seqmodels.IdBatches | seqmodels.NextSentenceBatches
        if self.settings.model.next_sentence:
            pieces = seqmodels.cut_documents(ids, documents, (data.max_length - FRAME - 1) // 2, halved=True)
            begin, separator = (vocabulary.special.id_of(role) for role in ("cls", "sep"))
            corpus = seqmodels.NextSentenceBatches(
                *pieces, begin=begin, separator=separator, size=data.batch_size, seed=seed
            )
        else:
            pieces = seqmodels.cut_documents(ids, documents, data.max_length - FRAME)
            corpus = seqmodels.IdBatches(framed(pipeline, pieces.ids), size=data.batch_size, seed=seed)
        continuing = [k for k, word in enumerate(vocabulary.words) if word.startswith(CONTINUES)]
        masked = seqmodels.MaskedBatches(
            corpus,
            words=len(vocabulary),
            mask_id=vocabulary.special.id_of("mask"),
            special=special,
            share=data.share,
            continuing=continuing if data.whole_words else (),
            seed=seed,
        )
        return masked, spelled

    def scores(self, examples: PlainTexts, labels: list[str], predicted: seqmodels.MaskedScores) -> dict[str, Any]:
        """`perplexity` and `accuracy` of the hidden tokens, and `next_sentence_accuracy` if that was learned.

        Special tokens and unknown words are never hidden.
        """
        told = {"next_sentence_accuracy": predicted.next_sentence_accuracy} if predicted.pairs else {}
        return {
            "documents": len(examples),
            "hidden_tokens": predicted.hidden,
            "loss": predicted.loss,
            "perplexity": seqmodels.perplexity(predicted.loss),
            "accuracy": predicted.accuracy,
            **told,
            "notes": [],
        }

    def predictions(self, texts: Texts, run: Run[Judged]) -> list[Judged]:
        """How likely each text is, or what may stand in its gaps."""
        assert isinstance(run, MaskedRun)
        return run.judge(texts.strings)

    def record(self, prediction: Judged) -> dict[str, Any]:
        """`nats`, `tokens`, `perplexity`, and `gaps` with their spans and guesses."""
        return asdict(prediction)


def train_masked_language_model(
    train: PlainSource, dev: PlainSource | None = None, **options: Unpack[training.Options]
) -> MaskedRun:
    """Train a masked language model.

    Args:
        train: Documents, their lines sentences; a `datasets.Dataset`; or a file.
        dev: Documents by which the best epoch is chosen; a share of the training documents, or the last lines of a
            single one, if None.
        options: As for `pipelines.train`; there are no vectors to begin with.

    Raises:
        InputError: Data cannot be read, or there is no text.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(MaskedLanguageModelling, train, dev, **options)
    assert isinstance(run, MaskedRun)
    return run


def _sentences(examples: PlainTexts) -> list[str]:
    """The lines of all documents."""
    return [line for text in examples.texts for line in text.split("\n")]
