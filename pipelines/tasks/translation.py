"""Translation, or whatever else turns a text into another: from pairs of texts to a run that translates."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import TextPairs, pairs_from_dataset, read_pairs, read_parallel
from pipelines.runs.run import Run
from pipelines.tasks import training
from pipelines.tasks.id_inputs import IdData, fitted_pipeline, no_vectors
from pipelines.tasks.task import TASKS, Prepared, Task
from pipelines.tasks.translation_run import BATCH_TOKENS, Translated, TranslationRun, loss_scores
from textprep import Ids
from textprep.errors import ConfigError, InputError
from textprep.readers.source import check_readable, suffix
from textprep.readers.tables import is_table
from textprep.settings import Size, SizeOrNone, with_values
from textprep.special_tokens import BOUNDED
from textprep.texts import Texts

if TYPE_CHECKING:
    from datasets import Dataset

    from pipelines.runs.folder import RunParts
    from textprep.readers.bad_row import OnBadRow

PairSource: TypeAlias = "str | os.PathLike[str] | list[tuple[str, str]] | TextPairs | Dataset"

MODEL = {
    "input.size": 256,
    "input.dropout": 0.3,
    "encoder.hidden_size": 192,
    "decoder.hidden_size": 384,
    "head.softmax.label_smoothing": 0.1,
    "head.output_dropout": 0.3,
    "shared": True,
}  # of some 30,000 pairs of short sentences
PACKINGS = ("", ".gz", ".xz", ".bz2", ".zst", ".zip")  # of files of lines


@dataclass(frozen=True)
class TranslationData(IdData):
    """What is made of the pairs before training."""

    recipe: str = "text_pieces"
    """How texts of both sides become tokens: the name of a recipe (text_pieces, of which texts can be made again;
    characters; white_space), a JSON file with one, or the folder of a pipeline that was fitted before."""
    joint: bool = True
    """Whether there is one vocabulary, learned from both sides; otherwise each side has its own."""
    source: str = ""
    """What is translated: the column in a table, or the language in its column translation; of two files of lines the
    ending, en for train.en."""
    target: str = ""
    """What it is translated to, likewise; de for train.de."""
    header: bool = True
    """Whether the first line of TSV and CSV files names the columns."""
    prefix: str = ""
    """What is put in front of every source, such as "translate English to German: " for a model of several tasks."""
    batch_tokens: SizeOrNone = 1500
    """Tokens of each side of a training batch at most, with their padding; 0 takes batch_size pairs."""
    max_length: Size = 256
    """Training pairs with more tokens on a side are left out."""


@dataclass(frozen=True)
class TranslationSettings:
    """Settings of a translation run."""

    data: TranslationData = field(default_factory=TranslationData)
    model: seqmodels.SequenceToSequenceSettings = field(
        default_factory=lambda: with_values(seqmodels.SequenceToSequenceSettings(), MODEL)
    )
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingSettings(
            epochs=20,
            learning_rate=0.002,
            clip_norm=1.0,
            average_decay=0.998,
            metric="perplexity",
            precision="auto",
        )
    )
    decoding: seqmodels.Decoding = field(
        default_factory=lambda: seqmodels.Decoding(seqmodels.Beam(beams=5), max_tokens=128, reread=0.0)
    )


@TASKS.register("translation")
class Translation(Task[TextPairs, str]):
    """Train a model that translates texts, or turns them into others in another way."""

    settings_class = TranslationSettings
    run_class = TranslationRun
    reads = (
        "what two files of lines are called before data.source and data.target (train for train.en and train.de); or a "
        "TSV, CSV, JSONL or Parquet file with two columns"
    )
    rows = "pairs"
    columns = ("translation",)
    metrics = ("perplexity", "bleu", "chrf")
    chooses = False

    def read(self, source: PairSource, split: str = "train", on_bad_row: OnBadRow | None = None) -> TextPairs:
        """Pairs as they are, from a data set, from a table, or from two files of lines."""
        data = self.settings.data
        if isinstance(source, TextPairs):
            return source
        if isinstance(source, str | os.PathLike):
            if not is_table(source) and suffix(source) != ".parquet":
                return read_parallel(*self._files(source), encoding=data.encoding, on_bad_row=on_bad_row)
            return read_pairs(source, *self._sides(), header=data.header, encoding=data.encoding, on_bad_row=on_bad_row)
        if isinstance(source, list | tuple):
            return _pairs(source)
        return pairs_from_dataset(source, *self._sides(), on_bad_row=on_bad_row)

    def labels(self, examples: TextPairs) -> list[str]:
        """There are none."""
        return []

    def prepare(self, examples: TextPairs, labels: list[str], vectors: str | os.PathLike[str] | None) -> Prepared:
        """Learn the vocabulary of both sides, and lay out the batches."""
        no_vectors(vectors)
        data = self.settings.data
        sources, targets = self.sources(examples.first), examples.second
        if self.settings.model.shared and not data.joint:
            raise ConfigError("model.shared is for one vocabulary of both sides; set it false, or data.joint true")
        pipeline = fitted_pipeline(data, [*sources, *targets] if data.joint else sources, BOUNDED)
        target_pipeline = pipeline if data.joint else fitted_pipeline(data, targets, BOUNDED)
        assert pipeline.vocabulary is not None and target_pipeline.vocabulary is not None
        special, words = target_pipeline.vocabulary.special, len(target_pipeline.vocabulary)
        first, second, dropped = _within(pipeline.ids(sources), target_pipeline.ids(targets), data.max_length)
        if not len(first):
            problem = f"every pair has more than {data.max_length} tokens on a side, or none"
            raise InputError(problem, file=examples.source, remedy="raise data.max_length")
        batches = seqmodels.PairBatches(
            first, second, size=data.batch_size, tokens=data.batch_tokens or None, seed=self.settings.training.seed
        )
        return Prepared(
            pipeline,
            None,
            seqmodels.PairSizes(len(pipeline.vocabulary), words, special.id_of("bos"), special.id_of("eos")),
            batches,
            tokens=len(first.values) + len(second.values),
            largest=max(len(rows) * int(batches.plan.lengths[rows].max() + 1) for rows in batches.plan.epoch(0)),
            begins_with={"counts": np.bincount(second.values, minlength=words).tolist()},
            facts={"training pairs that were left out, as too long or empty": f"{dropped:,}"} if dropped else {},
            target_pipeline=None if data.joint else target_pipeline,
        )

    def sources(self, texts: Sequence[str]) -> list[str]:
        """The texts as the model reads them: with what is put in front of them, unless they are blank."""
        return [self.settings.data.prefix + text if text.strip() else "" for text in texts]

    def model(
        self, sizes: seqmodels.PairSizes, labels: list[str], counts: Sequence[int] | None = None
    ) -> seqmodels.SequenceToSequence:
        """A model from sequences to sequences; `counts` tell how often each token occurs in targets."""
        return seqmodels.SequenceToSequence(self.settings.model, sizes, counts)

    def batches(self, examples: TextPairs, parts: RunParts) -> seqmodels.PairBatches:
        """The pairs, by their lengths."""
        sources = parts.pipeline.ids(self.sources(examples.first))
        targets = (parts.target_pipeline or parts.pipeline).ids(examples.second)
        return seqmodels.PairBatches(sources, targets, tokens=BATCH_TOKENS)

    def scores(self, examples: TextPairs, labels: list[str], predicted: Translated) -> dict[str, Any]:
        """`perplexity` a token of the targets, `bleu` and `chrf` with their signatures.

        Every token counts and the end of every target; an unknown word is one token, whatever it is. BLEU and chrF are
        those of the corpus, by sacrebleu: with case, against the targets as they were read.
        """
        bleu = seqmodels.bleu(predicted.texts, examples.second)
        chrf = seqmodels.chrf(predicted.texts, examples.second)
        notes = []
        if predicted.unfinished:
            most = self.settings.decoding.max_tokens
            notes.append(f"{predicted.unfinished:,} translations are cut off after {most} tokens (decoding.max_tokens)")
        return {
            "texts": len(examples),
            "tokens": predicted.loss.tokens,
            **loss_scores(predicted.loss),
            "bleu": bleu.score,
            "chrf": chrf.score,
            "bleu_signature": bleu.signature,
            "chrf_signature": chrf.signature,
            "notes": notes,
        }

    @classmethod
    def restored(
        cls, sizes: Mapping[str, Any], features: Mapping[str, Any] | None, words: Sequence[str]
    ) -> tuple[seqmodels.PairSizes, None]:
        """The sizes, from what a run's card has of them."""
        known = seqmodels.PairSizes(**sizes)
        if known.source != len(words) or features is not None:
            raise ConfigError(f"sizes of {known.source} words, where there are {len(words)}")
        return known, None

    def predictions(self, texts: Texts, run: Run[str]) -> list[str]:
        """The translation of each text."""
        assert isinstance(run, TranslationRun)
        return run.translate(texts.strings)

    def record(self, prediction: str) -> dict[str, Any]:
        """`translation`: the text."""
        return {"translation": prediction}

    def _sides(self) -> tuple[str | int | None, str | int | None]:
        """The columns that are named, by their names or numbers."""
        return _side(self.settings.data.source), _side(self.settings.data.target)

    def _files(self, path: str | os.PathLike[str]) -> tuple[Path, Path]:
        """The two files of lines."""
        endings = (self.settings.data.source, self.settings.data.target)
        if not all(endings):
            problem = "is no table by its name, and how two files of lines end is not known"
            remedy = "set data.source and data.target: en and de for train.en and train.de"
            raise InputError(problem, file=path, remedy=remedy)
        first, second = (_found(f"{os.fspath(path)}.{ending}") for ending in endings)
        return first, second


def train_translation(
    train: PairSource, dev: PairSource | None = None, **options: Unpack[training.Options]
) -> TranslationRun:
    """Train a model that translates.

    Args:
        train: Pairs of texts, a `datasets.Dataset`, a table, or what two files of lines are called before their
            endings `data.source` and `data.target`; any two files are read by `pipelines.datasets.read_parallel`.
        dev: Likewise, to choose the best epoch by; a share of the training pairs if None.
        options: As for `pipelines.train`; there are no vectors to begin with.

    Raises:
        InputError: Data cannot be read, or there is nothing to learn from them.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(Translation, train, dev, **options)
    assert isinstance(run, TranslationRun)
    return run


def _pairs(pairs: Sequence[tuple[str, str]]) -> TextPairs:
    """Pairs that are given as they are; InputError if one of them is none."""
    for number, pair in enumerate(pairs, 1):
        if not isinstance(pair, tuple | list) or [type(text) for text in pair] != [str, str]:
            problem = f"{repr(pair)[:50]} is no pair of texts"
            remedy = "give (source, target) for each; a list of two files is read by read_parallel(source, target)"
            raise InputError(problem, file="the pairs given", line=number, remedy=remedy)
    if not pairs:
        raise InputError("there are no pairs of texts", file="the pairs given", remedy="give some")
    return TextPairs([first for first, _ in pairs], [second for _, second in pairs], "the pairs given")


def _side(written: str) -> str | int | None:
    """A column as it is written in settings: its name, or its number; None for the usual one."""
    return int(written) if written.isdecimal() else written or None


def _found(path: str) -> Path:
    """A file of lines, perhaps packed; InputError if there is none."""
    for ending in PACKINGS:
        if (file := Path(path + ending)).is_file():
            return file
    check_readable(path)
    return Path(path)


def _within(first: Ids, second: Ids, most: int) -> tuple[Ids, Ids, int]:
    """The pairs that have 1 to `most` tokens on each side, and how many have not."""
    good = np.ones(len(first), bool)
    for side in (first, second):
        good &= (side.lengths >= 1) & (side.lengths <= most)
    return _rows(first, good), _rows(second, good), int((~good).sum())


def _rows(ids: Ids, chosen: npt.NDArray[np.bool_]) -> Ids:
    lengths = ids.lengths
    return Ids(ids.values[np.repeat(chosen, lengths)], np.append(0, lengths[chosen].cumsum()))
