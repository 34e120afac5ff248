"""Named-entity recognition: from tagged sentences to a run that finds entities in raw text."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pipelines.datasets import TaggedSentences, read_conll, tagged_from_dataset
from pipelines.runs.folder import ModelParts, check_target, load_parts, save_parts
from pipelines.runs.report import report
from pipelines.tasks.ner_settings import NerData, NerSettings
from pipelines.tasks.word_inputs import word_inputs
from seqmodels import (
    Batches,
    Hook,
    Span,
    Tagger,
    TaggerSettings,
    convert_tags,
    entity_scores,
    fit,
    tag_names,
    tags_to_spans,
)
from textprep import InputError
from textprep.recipes import open_recipe
from textprep.sentences import sentence_offsets
from textprep.texts import Texts

if TYPE_CHECKING:
    import numpy.typing as npt
    from datasets import Dataset

TaggedSource: TypeAlias = "str | os.PathLike[str] | TaggedSentences | Dataset"


@dataclass(frozen=True)
class Entity:
    """An entity found in a text.

    Attributes:
        start, end: Where it stands, in code points: `text[start:end]`.
        text: The entity as it stands there.
        label: Its type.
        probability: The smallest probability of its tags, each by itself (forward-backward).
    """

    start: int
    end: int
    text: str
    label: str
    probability: float


class NerRun:
    """A trained tagger that takes raw texts.

    Attributes:
        parts: The model and what it was made of.
        columns: What a record of `records` holds.
    """

    task = "ner"
    columns = ("entities",)

    def __init__(self, parts: ModelParts) -> None:
        self.parts = parts

    @property
    def labels(self) -> list[str]:
        """The types of entities."""
        return sorted({tag.partition("-")[2] for tag in self.parts.labels} - {""})

    def __call__(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Find the entities of each text.

        Raises:
            InputError: A text is not a string.
        """
        source = Texts.of(texts)
        tokens = self.parts.pipeline(source)
        offsets = sentence_offsets(source, tokens, self.parts.settings.data.max_tokens)
        batches = self._batches(tokens.words, tokens.codes, offsets)
        tags, probabilities = self._model.predict(batches, probabilities=True)
        assert probabilities is not None
        entities: list[list[Entity]] = [[] for _ in range(len(tokens))]
        strings = source.strings
        for begin, spans in zip(offsets[:-1].tolist(), self._spans(tags, offsets), strict=True):
            for span in spans:
                first, last = begin + span.start, begin + span.end - 1
                document = int(tokens.rows[first])
                start, end = int(tokens.starts[first]), int(tokens.ends[last])
                sure = float(probabilities[first : last + 1].min())
                entities[document].append(Entity(start, end, strings[document][start:end], span.type, sure))
        return entities

    def records(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The entities as JSON-ready records: `entities`, each with `start`, `end`, `text`, `label`, `probability`."""
        return [{"entities": [asdict(entity) for entity in entities]} for entities in self(texts)]

    def evaluate(self, data: TaggedSource) -> dict[str, Any]:
        """Score the run on tagged sentences, strictly: an entity counts if its bounds and its type are right.

        Returns:
            `precision`, `recall`, `f1` over all entities, the same for each type under `types`, and the speed.

        Raises:
            InputError: The data cannot be read.
        """
        sentences = read_tagged(data, self.parts.settings.data)
        words, codes, offsets = coded(sentences.words)
        start = time.perf_counter()
        tags = self._model.predict(self._batches(words, codes, offsets))
        found = self._spans(tags.ids, offsets)
        seconds = time.perf_counter() - start
        scores = entity_scores([tags_to_spans(tags, "iob2") for tags in sentences.tags], found)
        overall = scores.pop("all")
        return {
            "sentences": len(sentences),
            "words": len(codes),
            **overall._asdict(),
            "types": {name: each._asdict() for name, each in scores.items()},
            "seconds": seconds,
            "words_per_second": len(codes) / seconds,
        }

    @classmethod
    def load(cls, folder: str | os.PathLike[str], card: dict[str, Any]) -> NerRun:
        """Read a run folder back; see `pipelines.load`."""
        return cls(load_parts(folder, card, NerSettings(), Tagger))

    @property
    def _model(self) -> Tagger:
        assert isinstance(self.parts.model, Tagger)
        return self.parts.model

    def _batches(self, words: list[str], codes: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64]) -> Batches:
        return Batches(self.parts.features(words), codes, offsets, tokens=4096, shared_words=True)

    def _spans(self, tags: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64]) -> list[list[Span]]:
        """The entities of each sentence, in tokens of the sentence."""
        names, scheme = self.parts.labels, tag_scheme(self.parts.settings.model)
        outside = names.index("O")
        spans: list[list[Span]] = [[] for _ in range(len(offsets) - 1)]
        rows = np.searchsorted(offsets, np.flatnonzero(tags != outside), side="right") - 1
        for row in np.unique(rows).tolist():
            ids = tags[offsets[row] : offsets[row + 1]].tolist()
            spans[row] = tags_to_spans([names[tag] for tag in ids], scheme)
        return spans


def train_ner(
    train: TaggedSource,
    dev: TaggedSource,
    *,
    vectors: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    settings: NerSettings | None = None,
    overwrite: bool = False,
    hooks: Sequence[Hook] = (),
) -> NerRun:
    """Train a tagger of named entities.

    Args:
        train: Tagged sentences, a `datasets.Dataset`, or a CoNLL file.
        dev: Tagged sentences by which the best epoch is chosen.
        vectors: Word vectors to begin with; lower-cased ones such as GloVe 6B are found for any case.
        out: The run folder to write.
        settings: The settings; good defaults if None.
        overwrite: Whether a run in `out` may be replaced.
        hooks: Called while training, see `seqmodels.Hook`.

    Raises:
        InputError: Data cannot be read, or has no entity.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    import torch

    settings = settings or NerSettings()
    if out is not None:
        check_target(out, overwrite)
    start = time.perf_counter()
    data, scheme = settings.data, tag_scheme(settings.model)
    pipeline = open_recipe(data.recipe)
    train_set, dev_set = read_tagged(train, data), read_tagged(dev, data)
    types = sorted({tag.partition("-")[2] for tags in train_set.tags for tag in tags} - {""})
    if not types:
        raise InputError("no sentence has an entity", file=train_set.source, remedy="check the tag column")
    labels = tag_names(types, scheme)
    words, codes, offsets = coded(train_set.words)

    lowered: Counter[str] = Counter()
    for word, count in zip(words, np.bincount(codes, minlength=len(words)).tolist(), strict=True):
        lowered[word.lower()] += count
    inputs = word_inputs(
        lowered,
        min_count=data.min_count,
        max_words=data.max_words,
        vectors=vectors,
        extra_words=data.extra_words,
        train_vectors=data.train_vectors,
        seed=settings.training.seed,
    )
    pipeline.vocabulary = inputs.vocabulary
    characters = settings.model.input.char_encoder != "none"
    features, sizes = inputs.for_model(
        words, characters=characters, word_size=data.word_size, digits_to_zero=data.digits_to_zero
    )
    ids = {label: k for k, label in enumerate(labels)}
    gold = np.array([ids[tag] for tags in train_set.tags for tag in convert_tags(tags, "iob2", scheme)], np.int64)
    seed = settings.training.seed
    batches = Batches(features(words), codes, offsets, targets=gold, per_token=True, size=data.batch_size, seed=seed)

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Tagger(settings.model, sizes, labels, inputs.matrix)
        run = NerRun(ModelParts("ner", settings, pipeline, features, labels, sizes, model))

        def evaluate(_: Tagger) -> dict[str, float]:
            scores = run.evaluate(dev_set)
            return {name: scores[name] for name in ("precision", "recall", "f1")}

        progress = fit(model, batches, evaluate, settings.training, hooks)
    if out is not None:
        facts = {
            "training data": f"{train_set.source}: {len(train_set):,} sentences, {len(codes):,} words",
            "development data": f"{dev_set.source}: {len(dev_set):,} sentences",
            "entity types": ", ".join(types),
            "word vectors": f"{os.fspath(vectors)}: {inputs.coverage}" if vectors else "random at first",
            "seconds, reading to last epoch": f"{time.perf_counter() - start:.0f}",
        }
        text = report("ner", facts, progress, settings, run.evaluate(dev_set))
        save_parts(run.parts, out, progress.records, text)
    return run


def tag_scheme(model: TaggerSettings) -> str:
    """The scheme that the model learns; with `none` it is BIOES, but any tag may follow any other."""
    return "bioes" if model.head.scheme == "none" else model.head.scheme


def read_tagged(source: TaggedSource, data: NerData) -> TaggedSentences:
    """Tagged sentences as they are, from a data set (`tokens` and `ner_tags`), or from a CoNLL file."""
    if isinstance(source, TaggedSentences):
        return source
    if isinstance(source, str | os.PathLike):
        return read_conll(source, data.word_column, data.tag_column, data.scheme or None)
    return tagged_from_dataset(source, scheme=data.scheme or None)


def coded(sentences: Iterable[Sequence[str]]) -> tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The distinct words of sentences, which of them each token is, and where each sentence begins."""
    index: dict[str, int] = {}
    codes: list[int] = []
    offsets = [0]
    for sentence in sentences:
        codes += [index.setdefault(word, len(index)) for word in sentence]
        offsets.append(len(codes))
    return list(index), np.array(codes, np.int32), np.array(offsets, np.int64)
