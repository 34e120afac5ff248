"""What the training loop asks of the data and of the evaluation that it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from typing import Any, Protocol, runtime_checkable


class EpochBatches(Sized, Protocol):
    """Training data: as many batches as its length says, in an order that depends on the epoch."""

    def epoch(self, number: int) -> Iterator[Any]:
        """The batches of one epoch, the same whenever they are asked for."""


@runtime_checkable
class Evaluation(Protocol):
    """Scores of a model that says beforehand which scores they are, so that a wrong metric is found at once.

    Attributes:
        names: The names of the scores.
    """

    names: frozenset[str]

    def __call__(self, model: Any, /) -> Mapping[str, float]:
        """The scores by their names."""
