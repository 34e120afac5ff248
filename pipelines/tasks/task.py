"""What a task is: all that sets one kind of learning apart from another, in one class and one file."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pipelines.datasets import held_out
from pipelines.datasets.selection import Examples
from textprep.registry import Registry

if TYPE_CHECKING:
    from pipelines.runs.folder import RunParts
    from pipelines.runs.run import Run
    from pipelines.tasks.transfer import Start
    from seqmodels.training.protocols import EpochBatches
    from textprep import Pipeline
    from textprep.readers.bad_row import OnBadRow

E = TypeVar("E", bound=Examples)
P = TypeVar("P")


@dataclass(frozen=True)
class Prepared:
    """Training examples in numbers, and all that a model for them is built of.

    Attributes:
        pipeline: From text to tokens, with the vocabulary.
        features: What a model over words is told about each of them; None for one over ids.
        sizes: What the model must know of the vocabulary to be built.
        batches: The training data.
        tokens: How many tokens they have.
        largest: Tokens of their largest batch, padding among them.
        begins_with: Further arguments of the task's `model`, such as first word vectors.
        facts: What a report says of all this, by name.
        language_models: Those whose states the model takes in.
        target_pipeline: As `pipeline`, for targets that are texts with a vocabulary of their own.
    """

    pipeline: Pipeline
    features: Any
    sizes: Any
    batches: EpochBatches
    tokens: int
    largest: int
    begins_with: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    language_models: tuple[RunParts, ...] = ()
    target_pipeline: Pipeline | None = None


class Task(ABC, Generic[E, P]):
    """What is learned from examples of kind E, and what a trained model then says of a text, of kind P.

    `train` calls these methods in the order in which they stand here, `Run` those that a trained model needs. A task
    in use has its settings: `NerTask(NerSettings())`, and in training what its model begins with, if there is such a
    thing. The first line of its docstring is the help of its command.

    Attributes:
        settings_class: The dataclass of its settings, with the sections `data` (with `held_out`), `model`, `training`.
        reads: What it learns from, for the command's help.
        rows: What its examples are called in a report: texts, sentences.
        unit: What is counted for its speed: texts or words, a number among its scores.
        columns: The keys of a prediction's record.
        metrics: The scores that each epoch reports (`Run.epoch_scores`), and by which the best may be chosen.
        chooses: Whether the model chooses from labels.
        run_class: What a trained one is.
    """

    settings_class: ClassVar[type[Any]]
    run_class: ClassVar[type[Run[Any]]]
    reads: ClassVar[str]
    rows: ClassVar[str] = "texts"
    unit: ClassVar[str] = "texts"
    columns: ClassVar[tuple[str, ...]]
    metrics: ClassVar[tuple[str, ...]]
    chooses: ClassVar[bool] = True

    def __init__(self, settings: Any, start: Start | None = None) -> None:
        self.settings, self.start = settings, start

    @property
    def name(self) -> str:
        """The name under which the task is registered."""
        return str(TASKS.name_of(type(self)))

    @abstractmethod
    def read(self, source: Any, split: str = "train", on_bad_row: OnBadRow | None = None) -> E:
        """The examples of a source: as they are, from a `datasets.Dataset`, or from a file.

        Args:
            source: What the caller gave.
            split: train or test, for a source that has both.
            on_bad_row: What gets each row that cannot be used; without it the first one is an error.

        Raises:
            InputError: The source cannot be read.
        """

    @abstractmethod
    def labels(self, examples: E) -> list[str]:
        """The names of what the model chooses from, in the order of its outputs; InputError if there is no choice.

        There are none where `chooses` is false.
        """

    def held_out(self, examples: E) -> tuple[E, E]:
        """The training examples without a share of them, and that share, by which the best epoch is chosen."""
        return held_out(examples, self.settings.data.held_out, self.settings.training.seed)

    @classmethod
    def sized(cls, settings: Any, examples: E) -> Any:
        """The settings for this many training examples, with numbers in place of those zeros that ask for them."""
        return settings

    @classmethod
    def agreed(cls, settings: Any, start: Start) -> Any:
        """The settings with which the model can begin with a language model, for tasks with a section `transfer`."""
        return start.agreed(settings)

    def carry(self, start: Start, model: Any, prepared: Prepared) -> str:
        """Give the new model what it begins with of the language model; what that is, in words."""
        return start.carry_into(model, prepared.features.words)

    @abstractmethod
    def prepare(self, examples: E, labels: list[str], vectors: str | os.PathLike[str] | None) -> Prepared:
        """From training examples to numbers; `vectors` is a file of word vectors to begin with."""

    @abstractmethod
    def model(self, sizes: Any, labels: list[str]) -> Any:
        """The untrained model, with `loss(batch)`, `predict(batches)`, and its `sizes` as they are.

        In training it also gets what `Prepared.begins_with` names.
        """

    def fit_at_once(self, model: Any, examples: Sequence[E], batches: Sequence[Any]) -> None:
        """Fit what of the model is not learned step by step to all examples at once; there is no such thing as a rule.

        Called with the training data before the first epoch; and after the last one, if no development data was given,
        with what was held out as well.
        """

    def check(self, examples: E, labels: list[str]) -> None:
        """Raise InputError for examples that cannot be scored, before any time is spent."""

    @abstractmethod
    def batches(self, examples: E, parts: RunParts) -> Any:
        """The examples as a trained model's `predict` takes them, with their `token_count`."""

    def weigh(self, model: Any, examples: E, batches: Any) -> None:
        """Fit to the development data, after each epoch, what the training data cannot tell; nothing as a rule."""

    @abstractmethod
    def scores(self, examples: E, labels: list[str], predicted: Any) -> dict[str, Any]:
        """How well the model's `predicted` fits the examples: numbers, tables of numbers, and `notes` in words."""

    def counts(self, examples: E) -> Counter[str]:
        """How often the examples have what is to be learned, by name, for the report: labels, types of entities."""
        return Counter()

    @classmethod
    @abstractmethod
    def restored(
        cls, sizes: Mapping[str, Any], features: Mapping[str, Any] | None, words: Sequence[str]
    ) -> tuple[Any, Any]:
        """The `sizes` and `features` of `Prepared`, from what a run's card has of them and the vocabulary's words.

        Raises:
            ConfigError, TypeError: They do not fit together.
        """

    @abstractmethod
    def predictions(self, texts: Any, run: Run[P]) -> list[P]:
        """What a trained model says of each text of `Texts`, or of what else its run takes."""

    @abstractmethod
    def record(self, prediction: P) -> dict[str, Any]:
        """A prediction as a JSON-ready record with the keys `columns`."""


TASKS: Registry[type[Task[Any, Any]]] = Registry("task", "pipelines.tasks")
