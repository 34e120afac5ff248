"""What is to be said of scores that a number alone would hide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seqmodels import Score


def never_predicted(scores: Mapping[str, Score], known: Collection[str]) -> list[str]:
    """A sentence on the classes that the model knows and that occur, but that it has not given once."""
    missed = {name: each.gold for name, each in scores.items() if name in known and each.gold and not each.predicted}
    return [f"never predicted: {_counted(missed)}"] if missed else []


def not_known(scores: Mapping[str, Score], known: Collection[str], what: str) -> list[str]:
    """A sentence on the classes that occur, but that the model has never been shown."""
    unknown = {name: each.gold for name, each in scores.items() if name not in known and each.gold}
    if not unknown:
        return []
    return [f"unknown {what}, which count as missed: {_counted(unknown)}; the model knows {', '.join(known)}"]


def _counted(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name!r} ({number:,} there)" for name, number in numbers.items())
