"""Things that are chosen by name: stages, cells, poolings, encoders, optimisers, schedules, tasks, formats.

A thing is registered where it is defined, and that file is imported when its name is first asked for; so a new thing is
one new file (and one line, if it is to be a public name of its package).
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from textprep.errors import ConfigError, unknown_name

T = TypeVar("T")
C = TypeVar("C")

VERSION = re.compile(r"\.v[0-9]+$")


class Registry(Generic[T]):
    """Things of one kind by their names.

    Args:
        kind: What they are, for messages: "stage".
        homes: Where those of the house are defined: modules that each register some, or packages with a file a thing,
            in which `lower.v1` (or `lower`) stands in `lower.py`, or with the kind behind it, in `lower_stage.py`.
        versioned: Whether a name ends in a version (`.v1`), because it is written into files that outlive a release.
    """

    def __init__(self, kind: str, *homes: str, versioned: bool = False) -> None:
        self.kind, self.homes, self.versioned = kind, homes, versioned
        self._things: dict[str, T] = {}
        self._names: dict[object, str] = {}

    def register(self, name: str) -> Callable[[C], C]:
        """Decorator: what it decorates is the thing of this name, now and for ever.

        Raises:
            ConfigError: The name lacks a version, or something else has it already.
        """
        if self.versioned and not VERSION.search(name):
            raise ConfigError(f"{self.kind} name {name!r} has no version; call it '{name}.v1'")

        def decorate(thing: C) -> C:
            if not any(_module(thing).startswith(home) for home in self.homes):
                self._import(name)  # so that a name of the house is taken, whether or not it has been used yet
            known = self._things.setdefault(name, thing)  # type: ignore[arg-type]
            if _identity(known) != _identity(thing):
                raise ConfigError(f"{self.kind} {name!r} is already {'.'.join(_identity(known))}; use another name")
            self._things[name] = thing  # type: ignore[assignment]
            self._names[thing] = name
            return thing

        return decorate

    def __getitem__(self, name: str) -> T:
        """The thing of that name.

        Raises:
            ConfigError: There is none; the message names the nearest or all.
        """
        if name not in self:
            raise unknown_name(self.kind, name, self)
        return self._things[name]

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if name not in self._things:
            self._import(name)
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        """All names, sorted; this imports all homes."""
        for home in self.homes:
            module = importlib.import_module(home)
            for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
                importlib.import_module(f"{home}.{found.name}")
        return iter(sorted(self._things))

    def name_of(self, thing: object) -> str | None:
        """The name under which something is registered, or None."""
        return self._names.get(thing)

    def _import(self, name: str) -> None:
        """Import where a thing of this name would be defined."""
        stem = VERSION.sub("", name)
        for home in self.homes:
            module = importlib.import_module(home)
            for file in (stem, f"{stem}_{self.kind}"):
                if hasattr(module, "__path__") and file.isidentifier() and importlib.util.find_spec(f"{home}.{file}"):
                    importlib.import_module(f"{home}.{file}")


def _module(thing: object) -> str:
    return str(getattr(thing, "__module__", ""))


def _identity(thing: object) -> tuple[str, str]:
    return _module(thing), str(getattr(thing, "__qualname__", thing))
