"""What an attack is: it makes up cases, runs them, and says what went wrong.

A case is plain JSON, so that it can be written down, tried again and made smaller by code that knows nothing of it
(`smaller.py`). It runs in a process of its own (`worker.py`), where it may crash or hang.
"""

from __future__ import annotations

import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from tests.fuzz.smaller import smaller
from textprep.registry import Registry

Case: TypeAlias = dict[str, Any]
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finding:
    """Something that may not be.

    Attributes:
        kind: What is wrong, in words that are the same for all cases with the same cause.
        detail: What was seen in this case.
    """

    kind: str
    detail: str = ""


class Attack(ABC):
    """One kind of hostile use; made in the process that runs the cases.

    Args:
        folder: A folder of its own, in which it may leave things for the next process.
    """

    seconds = 30.0  # in which a case must be done
    fixed: frozenset[str] = frozenset()  # entries of a case that stay as they are when it is made smaller

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    @abstractmethod
    def case(cls, random: Random) -> Case:
        """Make up a case; the same for the same state of `random`."""

    @abstractmethod
    def run(self, case: Case) -> Finding | None:
        """Try a case, and say what is wrong if something is."""

    @classmethod
    def smaller(cls, case: Case) -> Iterator[Case]:
        """The case without one of its parts, the largest parts first."""
        kept = {name: case[name] for name in case.keys() & cls.fixed}
        return ({**less, **kept} for less in smaller({k: v for k, v in case.items() if k not in kept}))


ATTACKS: Registry[type[Attack]] = Registry("attack", "tests.fuzz.attacks")


class Wrong(Exception):  # noqa: N818
    """Raised within a case to say what is wrong."""

    def __init__(self, kind: str, detail: object = "") -> None:
        super().__init__(kind)
        self.finding = Finding(kind, str(detail)[:2000])


@contextmanager
def only(*allowed: type[Exception], during: str) -> Iterator[None]:
    """Let nothing be raised but what is allowed; `Wrong` passes too.

    Raises:
        Wrong: Something else was raised; its kind names the place in our own code.
    """
    try:
        yield
    except (*allowed, Wrong):
        raise
    except Exception as error:
        raise Wrong(f"{during}: {type(error).__name__} {_place(error)}", error) from error


def _place(error: Exception) -> str:
    """The last place of ours in a traceback."""
    ours = ("textprep", "embeddings", "seqmodels", "pipelines")
    frames: Iterable[traceback.FrameSummary] = reversed(traceback.extract_tb(error.__traceback__))
    for frame in frames:
        path = Path(frame.filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in ours:
            return f"in {path.relative_to(ROOT)}, {frame.name}"
    return "outside our code"
