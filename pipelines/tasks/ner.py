"""Named-entity recognition: from tagged sentences to a run that finds entities in raw text."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import TaggedSentences, read_conll, tagged_from_dataset
from pipelines.tasks import training
from pipelines.tasks.notes import never_predicted, not_known
from pipelines.tasks.tag_task import TagData, Tagged, TaggedSource, TagRun, TagTask, in_sentences
from pipelines.tasks.task import TASKS
from pipelines.tasks.transfer import TransferSettings
from textprep.errors import InputError

if TYPE_CHECKING:
    from textprep.readers.bad_row import OnBadRow


@dataclass(frozen=True)
class NerData(TagData):
    """What is made of the sentences before training."""

    scheme: str = ""
    """The tag scheme of the files: iob1, iob2, bioes or bilou; found out if empty."""
    strict: bool = False
    """Whether a tag that may not stand where it stands is refused; else it is repaired as conlleval reads it."""


@dataclass(frozen=True)
class NerSettings:
    """Settings of a named-entity run; the defaults are those that did best on CoNLL-2003's development set."""

    data: NerData = field(default_factory=NerData)
    model: seqmodels.TaggerSettings = field(
        default_factory=lambda: seqmodels.TaggerSettings(head=seqmodels.TagHeadSettings(scheme="bioes"))
    )
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingSettings(
            epochs=20, learning_rate=0.001, metric="f1", precision="auto"
        )
    )
    transfer: TransferSettings = field(default_factory=TransferSettings)


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


class NerRun(TagRun[list[Entity]]):
    """A trained tagger of entities."""

    @property
    def labels(self) -> list[str]:
        """The types of entities."""
        return entity_types(self.parts.labels)


@TASKS.register("ner")
class Ner(TagTask[list[Entity]]):
    """Train a tagger of named entities."""

    settings_class = NerSettings
    run_class = NerRun
    reads = "a CoNLL file of tagged sentences"
    columns = ("entities",)
    metrics = ("precision", "recall", "f1")

    def read(self, source: TaggedSource, split: str = "train", on_bad_row: OnBadRow | None = None) -> TaggedSentences:
        """Tagged sentences as they are, from a data set (`tokens` and `ner_tags`), or from a CoNLL file."""
        data = self.settings.data
        if isinstance(source, TaggedSentences):
            return source
        scheme, strict = data.scheme or None, data.strict
        if isinstance(source, str | os.PathLike):
            columns = data.word_column, data.tag_column
            return read_conll(source, *columns, scheme, strict=strict, encoding=data.encoding, on_bad_row=on_bad_row)
        return tagged_from_dataset(source, scheme=scheme, strict=strict, on_bad_row=on_bad_row)

    def counts(self, examples: TaggedSentences) -> Counter[str]:
        """How many entities of each type there are."""
        return Counter(tag.partition("-")[2] for tags in examples.tags for tag in tags if tag.startswith("B-"))

    def labels(self, examples: TaggedSentences) -> list[str]:
        """The tags of all types, in the scheme that the model learns; InputError if no sentence has an entity."""
        types = entity_types(tag for tags in examples.tags for tag in tags)
        if not types:
            raise InputError("no sentence has an entity", file=examples.source, remedy="check the tag column")
        return seqmodels.tag_names(types, self.scheme)

    def targets(self, examples: TaggedSentences, labels: Sequence[str]) -> npt.NDArray[np.int64]:
        """The number of each word's tag in the scheme that the model learns.  # (tokens,)"""
        ids = {label: k for k, label in enumerate(labels)}
        converted = (seqmodels.convert_tags(tags, "iob2", self.scheme) for tags in examples.tags)
        return np.array([ids[tag] for tags in converted for tag in tags], np.int64)

    def scores(self, examples: TaggedSentences, labels: list[str], predicted: seqmodels.Tags) -> dict[str, Any]:
        """`precision`, `recall` and `f1` over all entities, and the same for each type under `types`.

        Strictly: an entity counts if its bounds and its type are right.
        """
        offsets = np.cumsum([0, *map(len, examples.words)])
        tags = [labels[tag] for tag in predicted.ids.tolist()]
        found = (self.spans(row) for row in in_sentences(tags, offsets))
        gold = (seqmodels.tags_to_spans(tags, "iob2") for tags in examples.tags)
        types = seqmodels.entity_scores(gold, found)
        overall, known = types.pop("all"), entity_types(labels)
        return {
            "sentences": len(examples),
            "words": len(tags),
            **overall._asdict(),
            "types": {name: each._asdict() for name, each in types.items()},
            "notes": not_known(types, known, "entity types") + never_predicted(types, known),
        }

    def written(self, tags: Sequence[str]) -> list[str]:
        """A sentence's tags in IOB2, from those of the model."""
        return seqmodels.convert_tags(tags, self.scheme, "iob2")

    def found(self, tagged: Tagged) -> list[list[Entity]]:
        """The entities of each text."""
        texts, tokens = tagged.texts.strings, tagged.tokens
        entities: list[list[Entity]] = [[] for _ in texts]
        for begin, tags in zip(tagged.sentences.tolist(), in_sentences(tagged.tags, tagged.sentences), strict=False):
            for span in self.spans(tags):
                first, last = begin + span.start, begin + span.end - 1
                document = int(tokens.rows[first])
                start, end = int(tokens.starts[first]), int(tokens.ends[last])
                sure = float(tagged.probabilities[first : last + 1].min())
                entities[document].append(Entity(start, end, texts[document][start:end], span.type, sure))
        return entities

    def record(self, prediction: list[Entity]) -> dict[str, Any]:
        """`entities`, each with `start`, `end`, `text`, `label` and `probability`."""
        return {"entities": [asdict(entity) for entity in prediction]}

    @property
    def scheme(self) -> str:
        """The scheme that the model learns; with `none` it is BIOES, but any tag may follow any other."""
        scheme: str = self.settings.model.head.scheme
        return "bioes" if scheme == "none" else scheme

    def spans(self, tags: Sequence[str]) -> list[seqmodels.Span]:
        """The entities of a sentence, from the model's tags."""
        return seqmodels.tags_to_spans(tags, self.scheme) if any(tag != "O" for tag in tags) else []


def entity_types(tags: Iterable[str]) -> list[str]:
    """The types of entities that tags speak of, in the order of the alphabet."""
    return sorted({tag.partition("-")[2] for tag in set(tags)} - {""})


def train_ner(train: TaggedSource, dev: TaggedSource | None = None, **options: Unpack[training.Options]) -> NerRun:
    """Train a tagger of named entities.

    Args:
        train: Tagged sentences, a `datasets.Dataset`, or a CoNLL file.
        dev: Tagged sentences by which the best epoch is chosen; a share of the training sentences if None.
        options: As for `pipelines.train`.

    Raises:
        InputError: Data cannot be read, or has no entity.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(Ner, train, dev, **options)
    assert isinstance(run, NerRun)
    return run
