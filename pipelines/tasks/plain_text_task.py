"""What tasks that learn from plain text have in common: their data section, how they read, and what is held out."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import seqmodels
from pipelines.datasets import PlainTexts, held_out, texts_from_dataset
from pipelines.tasks.id_inputs import IdData, fitted_pipeline, restored_sizes
from pipelines.tasks.task import TASKS, P, Prepared, Task
from textprep import Pipeline, SpecialTokens
from textprep.errors import ConfigError, InputError
from textprep.readers.columns import Column, written_column
from textprep.texts import Texts

if TYPE_CHECKING:
    from datasets import Dataset

    from pipelines.tasks.transfer import Start
    from textprep.readers.bad_row import OnBadRow

PlainSource: TypeAlias = "str | os.PathLike[str] | Sequence[str] | PlainTexts | Dataset"


@dataclass(frozen=True)
class PlainTextData(IdData):
    """What is made of the texts before training."""

    text: str = "text"
    """The column of the texts, in a file with columns."""
    header: bool = True
    """Whether the first line of TSV and CSV files names the columns."""


class PlainTextTask(Task[PlainTexts, P]):
    """A task that learns from texts without labels."""

    chooses = False

    @abstractmethod
    def read_file(self, path: str | os.PathLike[str], column: Column, on_bad_row: OnBadRow | None) -> PlainTexts:
        """The texts of a file; see `Task.read`."""

    @abstractmethod
    def cut(self, text: str, share: float) -> tuple[str, str]:
        """A text's beginning, and the share of it that is its end; one of them empty if it is too short for that."""

    def read(self, source: PlainSource, split: str = "train", on_bad_row: OnBadRow | None = None) -> PlainTexts:
        """Texts as they are, from a data set, or from a file."""
        if isinstance(source, PlainTexts):
            return source
        column = written_column(self.settings.data.text)
        if isinstance(source, str | os.PathLike):
            return self.read_file(source, column, on_bad_row)
        if isinstance(source, Sequence):
            return PlainTexts(Texts.of(list(source)).strings, "the texts given")
        return texts_from_dataset(source, column, on_bad_row=on_bad_row)

    def labels(self, examples: PlainTexts) -> list[str]:
        """There are none; InputError if there is nothing to read either."""
        self.check(examples, [])
        return []

    def check(self, examples: PlainTexts, labels: list[str]) -> None:
        """Raise InputError if there is nothing to read."""
        if not any(map(str.strip, examples.texts)):
            raise InputError("there is no text", file=examples.source, remedy="give a file with text in it")

    def held_out(self, examples: PlainTexts) -> tuple[PlainTexts, PlainTexts]:
        """A share of the texts; of a single one, its end."""
        if len(examples) == 1:
            first, last = self.cut(examples.texts[0], self.settings.data.held_out)
            if first and last:
                name = examples.source
                return PlainTexts([first], f"{name} (its beginning)"), PlainTexts([last], f"{name} (its end)")
        return held_out(examples, self.settings.data.held_out, self.settings.training.seed)

    @classmethod
    def agreed(cls, settings: Any, start: Start) -> Any:
        """The settings of a model that is trained on: its own, and its recipe.

        Raises:
            ConfigError: It is of another kind.
        """
        theirs, wanted = start.parts, TASKS.name_of(cls)
        if theirs.task != wanted:
            problem = f"{start.settings.start}: a run of the task {theirs.task!r} cannot be trained on as {wanted!r}"
            raise ConfigError(f"{problem}; give a run of {wanted}")
        data = replace(settings.data, recipe=theirs.settings.data.recipe)
        return replace(settings, model=theirs.settings.model, data=data)

    def pipeline(self, texts: Sequence[str], special: SpecialTokens) -> Pipeline:
        """From texts to ids: learned from these texts, or that of the model that is trained on."""
        return self.start.parts.pipeline if self.start else fitted_pipeline(self.settings.data, texts, special)

    def carry(self, start: Start, model: Any, prepared: Prepared) -> str:
        """Give the model all weights of the one that is trained on."""
        return start.carry_all_into(model)

    @classmethod
    def restored(
        cls, sizes: Mapping[str, Any], features: Mapping[str, Any] | None, words: Sequence[str]
    ) -> tuple[seqmodels.TokenSizes, None]:
        """The sizes, from what a run's card has of them."""
        return restored_sizes(sizes, features, words)
