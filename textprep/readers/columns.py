"""Which column holds what: the one that the caller names, or the one with a conventional name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from textprep.errors import InputError

TEXT_NAMES = ("text", "sentence", "review", "content")
LABEL_NAMES = ("label", "sentiment", "class", "target")


def choose_column(name: str | None, usual: Sequence[str], present: Sequence[str], file: str) -> str:
    """The column `name`, or without one the first of the `usual` names that is present.

    Raises:
        InputError: There is no such column.
    """
    if name is None:
        for candidate in usual:
            if candidate in present:
                return candidate
        problem = f"there is no column named {' or '.join(usual)}"
        raise InputError(problem, file=file, remedy=f"name one of {', '.join(present) or 'its columns'}")
    if name not in present:
        raise missing_column(name, present, file)
    return name


def missing_column(name: str, present: Sequence[str], file: str) -> InputError:
    """The error for a column that is not there: it lists those that are, and the nearest name."""
    near = difflib.get_close_matches(name, present, n=1, cutoff=0.5)
    return InputError(
        f"there is no column {name!r}, only {', '.join(map(repr, present))}",
        file=file,
        remedy=f"did you mean {near[0]!r}?" if near else "name one of these",
    )
