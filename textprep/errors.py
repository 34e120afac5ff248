"""The exceptions that a caller may want to catch; every message says what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
import os
import reprlib
from collections.abc import Iterable


class TextmillError(Exception):
    """Root of the tree: catch it to catch everything that textmill raises on purpose."""


class InputError(TextmillError):
    """Data given by the user cannot be used: correct the place that the message names.

    Args:
        problem: What is wrong, as a sentence without a full stop.
        file: The file it was found in.
        line: The line (or row) in that file, counted from 1.
        remedy: What the user can do about it.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str | os.PathLike[str] | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        self.problem, self.line, self.remedy = problem, line, remedy
        self.file = None if file is None else os.fspath(file)
        where = [] if self.file is None else [self.file]
        where += [] if line is None else [str(line) if where else f"row {line}"]
        place = ":".join(where)
        super().__init__((f"{place}: " if place else "") + problem + (f"; {remedy}" if remedy else ""))


class ConfigError(TextmillError):
    """An option, key or name is not known, or its value cannot be used: choose one that the message lists."""


class ArtifactError(TextmillError):
    """Something saved earlier (a pipeline, a vector store, a run) lacks a file or is damaged: make it again."""


class InputWarning(UserWarning):
    """Data given by the user was used, but not quite as it stands: look at the places that the message names."""


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 80


def shown(value: object) -> str:
    """A value as a message shows it: whole if it is short, else its beginning and end, however deep or long it is."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python writes no number of more than some thousand digits
        return "a number of thousands of digits"


def unknown_name(kind: str, name: object, known: Iterable[str]) -> ConfigError:
    """The error for a name that is not one of `known`, with the nearest known one as a suggestion."""
    choices = sorted(known)
    near = difflib.get_close_matches(name[:100], choices, n=1, cutoff=0.5) if isinstance(name, str) else []
    hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(choices)}"
    return ConfigError(f"unknown {kind} {shown(name)}; {hint}")
