"""Stages under versioned names (`lower.v1`): how a pipeline is written down as data and read back.

A stage's name keeps its meaning for ever; a stage that changes what it gives gets a new version beside the old one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from textprep.errors import ConfigError, unknown_name

S = TypeVar("S")

# Where each stage of the house is defined: a module is imported when one of its stages is first asked for.
BUILT_IN = {
    "html.v1": "textprep.normalize.html",
    "lower.v1": "textprep.normalize.lower",
    "phrases.v1": "textprep.words.phrases",
    "replace.v1": "textprep.normalize.replace",
    "stem.v1": "textprep.words.stem",
    "stop_words.v1": "textprep.words.stop_words",
    "treebank.v1": "textprep.tokenize.treebank",
    "white_space.v1": "textprep.tokenize.white_space",
    "words.v1": "textprep.tokenize.words",
}
_registered: dict[str, type[Any]] = {}


def register(name: str) -> Callable[[type[S]], type[S]]:
    """Class decorator: register a frozen dataclass as the stage `name`, which must end in a version (`.v1`).

    Raises:
        ConfigError: The name has no version, or another class has it already.
    """
    stem, _, version = name.rpartition(".v")
    if not stem or not version.isdigit():
        raise ConfigError(f"stage name {name!r} has no version; call it {name!r} + '.v1'")

    def decorate(cls: type[S]) -> type[S]:
        known = _registered.setdefault(name, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise ConfigError(f"stage {name!r} is already {known.__module__}.{known.__qualname__}; use a new version")
        _registered[name] = cls
        cls.stage_name = name  # type: ignore[attr-defined]
        return cls

    return decorate


def to_config(stage: Any) -> dict[str, Any]:
    """A stage as plain data: its name and its fields."""
    if not hasattr(stage, "stage_name"):
        raise ConfigError(f"{type(stage).__name__} cannot be saved; decorate it with @register('name.v1')")
    config = {"stage": stage.stage_name}
    for field in fields(stage):
        value = getattr(stage, field.name)
        config[field.name] = sorted(value) if isinstance(value, set | frozenset) else value
    return config


def from_config(config: Mapping[str, Any]) -> Any:
    """The stage that `to_config` wrote down.

    Raises:
        ConfigError: The stage or one of its fields is not known, or a value is not allowed.
    """
    options = dict(config)
    name = str(options.pop("stage", ""))
    if name in BUILT_IN:
        importlib.import_module(BUILT_IN[name])
    if name not in _registered:
        raise unknown_name("stage", name, {*BUILT_IN, *_registered})
    cls = _registered[name]
    known = {field.name for field in fields(cls)}
    for key in options:
        if key not in known:
            raise unknown_name(f"option of stage {name!r}:", key, known)
    try:
        return cls(**options)
    except (TypeError, AttributeError) as error:
        raise ConfigError(f"stage {name!r}: {error}") from None
