"""Stages as data: each under a versioned name (`lower.v1`), by which a pipeline is written down and read back.

A stage's name keeps its meaning for ever; a stage that changes what it gives gets a new version beside the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass
from typing import Any

from textprep.errors import ConfigError, unknown_name
from textprep.option_types import check_options
from textprep.registry import Registry

STAGES: Registry[Any] = Registry(
    "stage", "textprep.normalize", "textprep.tokenize", "textprep.subword", "textprep.words", versioned=True
)
register = STAGES.register


def in_files(default: Any = None) -> Any:
    """A dataclass field that the stage's files hold, not its configuration; see `textprep.protocols.HasFiles`."""
    return field(default=default, repr=False, metadata={"in_files": True})


def to_config(stage: Any) -> dict[str, Any]:
    """A stage as plain data: its name and its fields, but for those that stand in files.

    Raises:
        ConfigError: The stage has no name, or holds a function.
    """
    options = fields(stage) if is_dataclass(stage) else ()
    values = {each.name: getattr(stage, each.name) for each in options if not each.metadata.get("in_files")}
    for option, value in values.items():
        if callable(value):
            problem = f"{type(stage).__name__} holds a function ({option}), which cannot be saved"
            raise ConfigError(f"{problem}; save a pipeline without this stage, and put it among those that you load")
    name = STAGES.name_of(type(stage))
    if name is None:
        raise ConfigError(f"{type(stage).__name__} cannot be saved; decorate it with @register('name.v1')")
    plain = {key: sorted(value) if isinstance(value, set | frozenset) else value for key, value in values.items()}
    return {"stage": name, **plain}


def from_config(config: Mapping[str, Any]) -> Any:
    """The stage that `to_config` wrote down.

    Raises:
        ConfigError: The stage or one of its fields is not known, or a value is not allowed.
    """
    options = dict(config)
    name = options.pop("stage", "")
    cls = STAGES[name]
    known = {each.name for each in fields(cls)}
    for key in options:
        if key not in known:
            raise unknown_name(f"option of stage {name!r}:", key, known)
    try:
        check_options(cls, options)
        return cls(**options)
    except (TypeError, AttributeError, ValueError, OverflowError, RecursionError, ConfigError) as error:
        raise ConfigError(f"stage {name!r}: {error}") from None
