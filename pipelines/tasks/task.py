"""What a task is: all that sets one kind of learning apart from another, in one class and one file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pipelines.datasets.selection import Examples
from textprep.registry import Registry

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from pipelines.runs.run import Run
    from seqmodels import Batches, InputSizes
    from textprep import Pipeline, Tokens
    from textprep.readers.bad_row import OnBadRow
    from textprep.texts import Texts

E = TypeVar("E", bound=Examples)
P = TypeVar("P")


class Task(ABC, Generic[E, P]):
    """What is learned from examples of kind E, and what a trained model then says of a text, of kind P.

    `train` calls these methods in the order in which they stand here, `Run` those that a trained model needs. A task
    in use has its settings: `NerTask(NerSettings())`. The first line of its docstring is the help of its command.

    Attributes:
        settings_class: The dataclass of its settings, with the sections `data` (a `WordData`), `model` and `training`.
        reads: What it learns from, for the command's help.
        rows: What its examples are called in a report: texts, sentences.
        unit: What is counted for its speed: texts or words, a number among its scores.
        columns: The keys of a prediction's record.
        metrics: The scores that each epoch reports, and by which the best epoch may be chosen.
        per_token: Whether there is a target for each token, not for each example.
        lower: Whether words are counted in lower case, because the model sees their capitals by other ways.
        batch_tokens: Padded tokens in a batch of prediction, at most.
        run_class: What a trained one is.
    """

    settings_class: ClassVar[type[Any]]
    run_class: ClassVar[type[Run[Any]]]
    reads: ClassVar[str]
    rows: ClassVar[str] = "texts"
    unit: ClassVar[str] = "texts"
    columns: ClassVar[tuple[str, ...]]
    metrics: ClassVar[tuple[str, ...]]
    per_token: ClassVar[bool] = False
    lower: ClassVar[bool] = False
    batch_tokens: ClassVar[int] = 4096

    def __init__(self, settings: Any) -> None:
        self.settings = settings

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

    @classmethod
    def sized(cls, settings: Any, examples: E) -> Any:
        """The settings for this many training examples, with numbers in place of those zeros that ask for them."""
        return settings

    @abstractmethod
    def counts(self, examples: E) -> Counter[str]:
        """How often the examples have what is to be learned, by name: labels, tags, types of entities."""

    @abstractmethod
    def labels(self, examples: E) -> list[str]:
        """The names of what the model chooses from, in the order of its outputs; InputError if there is no choice."""

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
        sizes: InputSizes,
        labels: list[str],
        matrix: npt.NDArray[np.float32] | None = None,
        weights: npt.NDArray[np.float32] | None = None,
    ) -> Any:
        """The untrained model, with `loss(batch)`, `predict(batches)`, its `labels`, and its `sizes` as they are."""

    def fit_at_once(self, model: Any, examples: Sequence[E], batches: Sequence[Batches]) -> None:
        """Fit what of the model is not learned step by step to all examples at once; there is no such thing as a rule.

        Called with the training data before the first epoch; and after the last one, if no development data was given,
        with what was held out as well.
        """

    def weigh(self, model: Any, examples: E, batches: Batches) -> None:
        """Fit to the development data, after each epoch, what the training data cannot tell; nothing as a rule."""

    def check(self, examples: E, labels: list[str]) -> None:
        """Raise InputError for examples that cannot be scored, before any time is spent."""
        self.targets(examples, labels)

    @abstractmethod
    def scores(self, examples: E, labels: list[str], predicted: Any) -> dict[str, Any]:
        """How well the model's `predicted` fits the examples: numbers, tables of numbers, and `notes` in words."""

    @abstractmethod
    def predictions(self, texts: Texts, run: Run[P]) -> list[P]:
        """What a trained model says of each text."""

    @abstractmethod
    def record(self, prediction: P) -> dict[str, Any]:
        """A prediction as a JSON-ready record with the keys `columns`."""


TASKS: Registry[type[Task[Any, Any]]] = Registry("task", "pipelines.tasks")
