"""Language modelling: from plain text to a run that says how likely a text is, and how it may go on."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

import seqmodels
from pipelines.datasets import PlainTexts, read_texts, read_whole
from pipelines.runs.run import Run
from pipelines.tasks import training
from pipelines.tasks.id_inputs import no_vectors, with_beginnings, with_ends
from pipelines.tasks.language_run import Expected, LanguageRun
from pipelines.tasks.plain_text_task import PlainSource, PlainTextData, PlainTextTask
from pipelines.tasks.task import TASKS, Prepared
from pipelines.tasks.transfer import Start, TransferSettings
from textprep import Ids, Pipeline
from textprep.readers.columns import Column
from textprep.settings import Size
from textprep.special_tokens import ENDED
from textprep.texts import Texts

if TYPE_CHECKING:
    from pipelines.runs.folder import RunParts
    from textprep.readers.bad_row import OnBadRow

STREAMS = 8  # in which a long text is read when the model is scored
STREAM_TOKENS = 1000  # that each of them has at least, so that its beginning, of which nothing is known, weighs little


@dataclass(frozen=True)
class LanguageData(PlainTextData):
    """What is made of the texts before training."""

    batch_size: Size = 32
    """Streams of text that are read side by side in training."""
    steps: Size = 64
    """Tokens of each stream in a batch: how far errors are led back in time."""
    whole: bool = False
    """Whether a file is one text, line ends among its tokens; else each line, or row of a table, is one."""
    documents: Literal["joined", "apart"] = "joined"
    """Whether a text is read behind the one before it, as on the Penn Treebank, or apart, by itself."""
    shuffled: bool = False
    """Whether the texts come in another order in each epoch."""
    reversed: bool = False
    """Whether texts are read from their end, code point by code point: the other side for features of a tagger."""


@dataclass(frozen=True)
class LanguageSettings:
    """Settings of a language model."""

    data: LanguageData = field(default_factory=LanguageData)
    model: seqmodels.LanguageModelSettings = field(
        default_factory=lambda: seqmodels.LanguageModelSettings()  # noqa: PLW0108 (it loads torch)
    )
    transfer: TransferSettings = field(default_factory=lambda: TransferSettings(unfreeze_epochs=0))
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingSettings(
            learning_rate=0.003, clip_norm=1.0, metric="perplexity", precision="auto"
        )
    )


@TASKS.register("lm")
class LanguageModelling(PlainTextTask[Expected]):
    """Train a language model on plain text."""

    settings_class = LanguageSettings
    run_class = LanguageRun
    reads = "text, a text a line, or all of it one text (data.whole); JSONL, TSV, CSV or Parquet"
    unit = "tokens"
    columns = ("nats", "tokens", "perplexity", "bits_per_character")
    metrics = ("perplexity", "bits_per_character")

    def read_file(self, path: str | os.PathLike[str], column: Column, on_bad_row: OnBadRow | None) -> PlainTexts:
        """All of it, or its lines or rows."""
        data = self.settings.data
        if data.whole:
            return read_whole(path, encoding=data.encoding, on_bad_row=on_bad_row)
        return read_texts(path, column, header=data.header, encoding=data.encoding, on_bad_row=on_bad_row)

    def cut(self, text: str, share: float) -> tuple[str, str]:
        """At any character."""
        place = round(len(text) * (1 - share))
        return text[:place], text[place:]

    @classmethod
    def agreed(cls, settings: Any, start: Start) -> Any:
        """The same with the direction in which it reads."""
        settings = super().agreed(settings, start)
        return replace(settings, data=replace(settings.data, reversed=start.parts.settings.data.reversed))

    def prepare(self, examples: PlainTexts, labels: list[str], vectors: str | os.PathLike[str] | None) -> Prepared:
        """Learn the vocabulary, and lay the texts out as streams."""
        no_vectors(vectors)
        data = self.settings.data
        pipeline = self.pipeline(self._in_order(examples.texts), ENDED)
        assert pipeline.vocabulary is not None
        ids = self.ids(examples.texts, pipeline)
        seed = self.settings.training.seed if data.shuffled else None
        batches = seqmodels.StreamBatches(
            ids, streams=data.batch_size, steps=data.steps, seed=seed, documents=data.documents
        )
        return Prepared(
            pipeline,
            None,
            seqmodels.TokenSizes(len(pipeline.vocabulary)),
            batches,
            tokens=len(ids.values),
            largest=data.batch_size * data.steps,
            begins_with={"counts": pipeline.vocabulary.counts},
        )

    def ids(self, texts: Sequence[str], pipeline: Pipeline) -> Ids:
        """The ids of texts, with that of a text's end behind each; and in front of all, or of each that is apart."""
        assert pipeline.vocabulary is not None
        end = pipeline.vocabulary.special.id_of("eos")
        ids = with_ends(pipeline.ids(self._in_order(texts)), end)
        if self.settings.data.documents == "apart":
            return with_beginnings(ids, end)
        return Ids(np.insert(ids.values, 0, end), np.append(0, ids.offsets + 1))

    def _in_order(self, texts: Sequence[str]) -> list[str]:
        """The texts as they are read."""
        return [text[::-1] for text in texts] if self.settings.data.reversed else list(texts)

    def model(
        self, sizes: seqmodels.TokenSizes, labels: list[str], counts: Sequence[int] | None = None
    ) -> seqmodels.LanguageModel:
        """A language model; `counts` tell how often each token occurs."""
        return seqmodels.LanguageModel(self.settings.model, sizes, counts)

    def batches(self, examples: PlainTexts, parts: RunParts) -> seqmodels.StreamBatches:
        """The texts in a few streams."""
        ids, data = self.ids(examples.texts, parts.pipeline), self.settings.data
        streams = min(STREAMS, max(1, len(ids.values) // STREAM_TOKENS))
        return seqmodels.StreamBatches(ids, streams=streams, steps=data.steps, documents=data.documents)

    def scores(self, examples: PlainTexts, labels: list[str], predicted: seqmodels.TextLoss) -> dict[str, Any]:
        """`perplexity` a token and `bits_per_character`.

        Every token counts and the end of every text, as a token and as a character; a character is a code point of the
        text as it was read. An unknown word is one token, whatever it is.
        """
        characters = sum(map(len, examples.texts)) + len(examples)
        return {
            "texts": len(examples),
            "tokens": predicted.tokens,
            "characters": characters,
            "loss": predicted.nats / predicted.tokens,
            "perplexity": seqmodels.perplexity(predicted.nats, predicted.tokens),
            "bits_per_character": predicted.nats / math.log(2) / characters,
            "notes": [],
        }

    def predictions(self, texts: Texts, run: Run[Expected]) -> list[Expected]:
        """How likely each text is, by itself."""
        strings = texts.strings
        vocabulary = run.parts.pipeline.vocabulary
        assert vocabulary is not None
        end = vocabulary.special.id_of("eos")
        ids = with_ends(run.parts.pipeline.ids(self._in_order(strings)), end)
        batches = seqmodels.IdBatches(with_beginnings(ids, end), tokens=8192)
        with run.model_in_use() as model:
            nats = model.text_losses(batches).tolist()
        return [
            Expected(lost, count, seqmodels.perplexity(lost, count), lost / math.log(2) / (len(text) + 1))
            for text, lost, count in zip(strings, nats, ids.lengths.tolist(), strict=True)
        ]

    def record(self, prediction: Expected) -> dict[str, Any]:
        """`nats`, `tokens`, `perplexity` and `bits_per_character`."""
        return asdict(prediction)


def train_language_model(
    train: PlainSource, dev: PlainSource | None = None, **options: Unpack[training.Options]
) -> LanguageRun:
    """Train a language model.

    Args:
        train: Texts, a `datasets.Dataset`, or a file.
        dev: Texts by which the best epoch is chosen; a share of the training texts, or the end of a single one, if
            None.
        options: As for `pipelines.train`; there are no vectors to begin with.

    Raises:
        InputError: Data cannot be read, or there is no text.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(LanguageModelling, train, dev, **options)
    assert isinstance(run, LanguageRun)
    return run
