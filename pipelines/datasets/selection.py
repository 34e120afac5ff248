"""Examples of any kind divided at random: a part held out, parts by shares, folds. The same seed, the same parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from textprep.errors import ConfigError, InputError


class Examples(Protocol):
    """What can be divided: `LabelledTexts`, `TaggedSentences`, and whatever else has a name and rows to select."""

    @property
    def source(self) -> str:
        """Where the examples come from, for messages."""
        ...

    def __len__(self) -> int: ...

    def select(self, rows: Sequence[int], source: str, /) -> Self:
        """The examples `rows`, in that order, under a name of their own."""
        ...


E = TypeVar("E", bound=Examples)


def held_out(examples: E, share: float, seed: int) -> tuple[E, E]:
    """Divide examples into the larger part and the `share` of them that is held out.

    Raises:
        InputError: One of the parts would be empty.
    """
    order = _shuffled(examples, seed)
    cut = round(len(order) * share)
    if not 0 < cut < len(order):
        problem = f"{len(order)} examples cannot give a share of {share} to the development data"
        raise InputError(problem, file=examples.source, remedy="give development data, or more examples")
    return (
        _part(examples, order[cut:], "training part"),
        _part(examples, order[:cut], "part held out"),
    )


def split(examples: E, shares: Sequence[float], seed: int) -> list[E]:
    """Divide examples into parts of the given shares: `train, dev, test = split(texts, (0.8, 0.1, 0.1), seed=0)`.

    Raises:
        InputError: One of the parts would be empty.
        ConfigError: The shares do not sum to 1, or one is not above 0.
    """
    if min(shares, default=0) <= 0 or abs(sum(shares) - 1) > 1e-6:
        raise ConfigError(f"shares must be above 0 and sum to 1, unlike {', '.join(map(str, shares))}")
    order = _shuffled(examples, seed)
    ends = np.rint(np.cumsum(shares) * len(order)).astype(int)  # (parts,)
    parts = np.split(order, ends[:-1])
    if not all(map(len, parts)):
        problem = f"{len(order)} examples cannot give shares of {', '.join(map(str, shares))}"
        raise InputError(problem, file=examples.source, remedy="give more examples, or ask for fewer parts")
    return [_part(examples, rows, f"part {k} of {len(parts)}") for k, rows in enumerate(parts, 1)]


def folds(examples: E, k: int, seed: int, *, by: Sequence[str] | None = None) -> Iterator[tuple[E, E]]:
    """Yield `k` pairs (all other folds, one fold): over the pairs, each example is held out once.

    Args:
        examples: What to divide.
        k: How many folds; their sizes differ by one at most.
        seed: Of the random order.
        by: A class for each example, such as its label: every fold gets its share of each (stratified folds), to
            within one example.

    Raises:
        InputError: There are fewer examples than folds.
        ConfigError: `k` is below 2, or `by` does not have one class for each example.
    """
    if k < 2:
        raise ConfigError(f"k must be 2 or more, not {k}")
    if by is not None and len(by) != len(examples):
        raise ConfigError(f"there are {len(by)} classes for {len(examples)} examples; give one for each")
    order = _shuffled(examples, seed)
    if len(order) < k:
        raise InputError(f"{len(order)} examples cannot make {k} folds", file=examples.source, remedy="ask for fewer")
    if by is not None:
        order = order[np.argsort(np.array(by)[order], kind="stable")]
        order = np.concatenate([order[fold::k] for fold in range(k)])  # dealt out like cards, class by class
    parts = np.array_split(order, k)
    return (
        (
            _part(examples, np.concatenate(parts[:fold] + parts[fold + 1 :]), f"without fold {fold + 1} of {k}"),
            _part(examples, parts[fold], f"fold {fold + 1} of {k}"),
        )
        for fold in range(k)
    )


def _shuffled(examples: Examples, seed: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(len(examples))


def _part(examples: E, rows: npt.NDArray[np.int64], name: str) -> E:
    return examples.select(rows.tolist(), f"{examples.source} ({name})")
