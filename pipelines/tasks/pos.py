"""Part-of-speech tagging: from sentences with a tag for each word to a run that tags raw text."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Unpack

import seqmodels
from pipelines.datasets import TaggedSentences, read_conll, read_conllu, tagged_from_dataset
from pipelines.tasks import training
from pipelines.tasks.tag_task import TagData, Tagged, TaggedSource, TaggedWord, TagRun, TagTask
from pipelines.tasks.task import TASKS
from pipelines.tasks.transfer import TransferSettings
from textprep.readers.source import suffix

if TYPE_CHECKING:
    from textprep.readers.bad_row import OnBadRow


@dataclass(frozen=True)
class PosData(TagData):
    """What is made of the sentences before training."""

    conllu_column: Literal["upos", "xpos"] = "upos"
    """Which tags of CoNLL-U files (`.conllu`) are learned: upos, the universal ones, or xpos, the language's own."""


@dataclass(frozen=True)
class PosSettings:
    """Settings of a part-of-speech run."""

    data: PosData = field(default_factory=PosData)
    model: seqmodels.TaggerSettings = field(
        default_factory=lambda: seqmodels.TaggerSettings(
            head=seqmodels.TagHeadSettings(scheme="none", decoder="softmax")
        )
    )
    training: seqmodels.TrainingSettings = field(
        default_factory=lambda: seqmodels.TrainingSettings(epochs=20, learning_rate=0.001, precision="auto")
    )
    transfer: TransferSettings = field(default_factory=TransferSettings)


class PosRun(TagRun[list[TaggedWord]]):
    """A trained tagger of parts of speech."""


@TASKS.register("pos")
class Pos(TagTask[list[TaggedWord]]):
    """Train a tagger of parts of speech or other word tags."""

    settings_class = PosSettings
    run_class = PosRun
    reads = "a CoNLL-U file (.conllu), or a column file of words and tags"
    columns = ("words",)

    def read(self, source: TaggedSource, split: str = "train", on_bad_row: OnBadRow | None = None) -> TaggedSentences:
        """Tagged sentences as they are, from a data set (`tokens` and `pos_tags`), or from a file."""
        data = self.settings.data
        if isinstance(source, TaggedSentences):
            return source
        if not isinstance(source, str | os.PathLike):
            return tagged_from_dataset(source, tags="pos_tags", scheme="none", on_bad_row=on_bad_row)
        reading: dict[str, Any] = {"encoding": data.encoding, "on_bad_row": on_bad_row}
        if suffix(source) == ".conllu":
            return read_conllu(source, data.conllu_column, **reading)
        return read_conll(source, data.word_column, data.tag_column, scheme="none", **reading)

    def found(self, tagged: Tagged) -> list[list[TaggedWord]]:
        """The words of each text with their tags."""
        return tagged.words()

    def record(self, prediction: list[TaggedWord]) -> dict[str, Any]:
        """`words`, each with `start`, `end`, `text`, `tag` and `probability`."""
        return {"words": [asdict(word) for word in prediction]}


def train_pos(train: TaggedSource, dev: TaggedSource | None = None, **options: Unpack[training.Options]) -> PosRun:
    """Train a tagger of parts of speech.

    Args:
        train: Sentences with a tag for each word, a `datasets.Dataset`, a CoNLL-U file, or a file of columns.
        dev: Such sentences by which the best epoch is chosen; a share of the training sentences if None.
        options: As for `pipelines.train`.

    Raises:
        InputError: Data cannot be read, or has one tag only.
        ConfigError: A setting cannot be used, or `out` is taken.
    """
    run = training.train(Pos, train, dev, **options)
    assert isinstance(run, PosRun)
    return run
