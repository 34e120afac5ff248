"""Batches that are taken together in one step, and what each counts, so that they give the gradient of a large batch.

A model's loss is a mean over the rows or the tokens of a batch, and a mean of means is the mean of all only if each
counts by how many it is of. A model says that by `loss_weight(batch)`; without it all batches count alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from torch import nn

B = TypeVar("B")


def in_steps(batches: Iterable[B], count: int) -> Iterator[list[B]]:
    """The batches of each step, `count` of them, fewer in the last one."""
    stream = iter(batches)
    while step := list(islice(stream, count)):
        yield step


def loss_weight(model: nn.Module, batch: Any) -> float:
    """Over how many rows or tokens the model's loss of a batch is a mean; 1 for a model that does not say."""
    count = getattr(model, "loss_weight", None)
    return 1.0 if count is None else float(count(batch))


def shares(weights: Sequence[float]) -> list[float]:
    """The part that each of some means has in the mean of all: 1 in sum, equal parts of nothing."""
    total = sum(weights)
    return [weight / total if total else 1 / len(weights) for weight in weights]
