"""What the training loop asks of the data and of the evaluation that it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from typing import Any, Protocol, runtime_checkable


class EpochBatches(Sized, Protocol):
    """Training data: as many batches as its length says, in an order that depends on the epoch.

    Batches with `rows` tell where theirs stand in the data. An attribute `continued` that is true says that row k of
    a batch goes on where row k of the one before has stopped, but for those that are `fresh`; such batches have
    `part(index, count)`, every count-th row (see `StreamBatches`).
    """

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
