"""Settings: one dataclass a thing, whose sentence under each field is its help everywhere.

The same sentence documents the field in the code, in `textmill train --list-settings`, and as the comment above the
key in a run's `config.toml` (TOML 1.0).
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from textprep.errors import ConfigError, InputError, unknown_name
from textprep.registry import Registry

S = TypeVar("S")


@dataclass(frozen=True)
class Within:
    """What a number may be, written at its field: `dropout: Annotated[float, Within(0, 1)] = 0.3`."""

    low: float
    high: float = 2**31 - 1


@dataclass(frozen=True)
class OneOf:
    """A name of a registry, written at its field: `pooling: Annotated[str, OneOf(POOLINGS)] = "max"`."""

    registry: Registry[Any]


@dataclass(frozen=True)
class KindOf:
    """Settings of one of several kinds, written at their field; the registry holds a dataclass for each kind.

    `encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=RecurrentSettings)` has the key `encoder.kind`,
    and the other keys of its section are those of that kind.
    """

    registry: Registry[Any]


Share = Annotated[float, Within(0, 1)]
Size = Annotated[int, Within(1)]
SizeOrNone = Annotated[int, Within(0)]  # 0 leaves the thing out

LARGE = 2**31 - 1
RANGES = {
    "_column": (-LARGE, LARGE),
    "dropout": (0, 1),
    "smoothing": (0, 1),
    "held_out": (0, 1),
    "shape_size": (0, LARGE),
    "_size": (1, LARGE),
    "_output": (1, LARGE),
    "head_tokens": (0, LARGE),
    "_tokens": (1, LARGE),
    "layers": (1, LARGE),
    "": (0, LARGE),
}
"""Which numbers make sense, by the end of a setting's name; the first that fits counts."""


@cache
def field_sentences(cls: type) -> dict[str, str]:
    """The sentence under each field of a dataclass."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    sentences = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            sentences[field.target.id] = " ".join(str(below.value.value).split())
    return sentences


def flat(settings: Any, section: str = "") -> Iterator[tuple[str, Any, str]]:
    """Every setting as (`section.key`, value, sentence), section by section."""
    sentences = field_sentences(settings.__class__)
    for field in fields(settings):
        value = getattr(settings, field.name)
        if is_dataclass(value):
            yield from flat(value, f"{section}{field.name}.")
        else:
            yield section + field.name, value, sentences.get(field.name, "")


def to_toml(settings: Any) -> str:
    """Settings as TOML, a table for each section, every key under its sentence."""
    lines: list[str] = []
    table = ""
    for name, value, sentence in flat(settings):
        section, _, key = name.rpartition(".")
        if section != table:
            lines += ["", f"[{section}]"] if lines else [f"[{section}]"]
            table = section
        lines += [*textwrap.wrap(sentence, 98, initial_indent="# ", subsequent_indent="# "), f"{key} = {_toml(value)}"]
    return "\n".join(lines) + "\n"


def from_toml(settings: S, file: str | os.PathLike[str]) -> S:
    """`settings` with the values that a TOML file gives.

    Raises:
        InputError: The file cannot be read or is not TOML.
        ConfigError: A key is not known or a value cannot be used.
    """
    for name, value in read_toml(file).items():
        try:
            settings = with_values(settings, {name: value})
        except ConfigError as error:
            raise ConfigError(f"{_place(file, name)}: {error}") from None
    return settings


def read_toml(file: str | os.PathLike[str]) -> dict[str, Any]:
    """The values of a TOML file by `section.key`.

    Raises:
        InputError: The file cannot be read or is not TOML.
    """
    try:
        tables = tomllib.loads(Path(file).read_text(encoding="utf-8-sig"))
    except OSError as error:
        problem = f"the settings cannot be read ({error.strerror})"
        raise InputError(problem, file=file, remedy="check the path given with --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not valid TOML ({error})", file=file) from None
    values: dict[str, Any] = {}
    for name, table in tables.items():
        values |= {f"{name}.{key}": value for key, value in table.items()} if isinstance(table, dict) else {name: table}
    return values


def with_values(settings: S, values: Mapping[str, Any]) -> S:
    """`settings` with some values replaced.

    Args:
        settings: The settings to start from.
        values: `section.key`, or the key alone where only one section has it, and the value; a string is read as the
            field's type.

    Raises:
        ConfigError: A key is not known or stands in several sections, or a value has the wrong type or makes no sense.
    """
    types = {name: type(value) for name, value, _ in flat(settings)}
    for given, value in values.items():
        found = [name for name in types if given in (name, name.rpartition(".")[2])]
        if not found:
            raise unknown_name("setting", given, types if "." in given else [name.rpartition(".")[2] for name in types])
        if len(found) > 1:
            raise ConfigError(f"setting {given!r} stands in several sections; say which: {', '.join(found)}")
        typed = _typed(found[0], value, types[found[0]])
        _check_range(found[0], typed)
        settings = _replaced(settings, found[0].split("."), typed)
    return settings


def assignments(pairs: list[str]) -> dict[str, str]:
    """The values of `key=value` arguments; ConfigError for one without an equals sign."""
    for pair in pairs:
        if "=" not in pair:
            raise ConfigError(f"--set {pair!r} has no value; write --set key=value")
    return {key.strip(): value.strip() for key, _, value in (pair.partition("=") for pair in pairs)}


def _replaced(settings: S, path: list[str], value: Any) -> S:
    if len(path) > 1:
        value = _replaced(getattr(settings, path[0]), path[1:], value)
    return replace(settings, **{path[0]: value})  # type: ignore[type-var]


def _typed(name: str, value: Any, wanted: type) -> Any:
    if wanted is bool and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if wanted in (int, float) and isinstance(value, str):
        try:
            return wanted(value)
        except ValueError:
            pass
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not wanted:
        kinds = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
        raise ConfigError(f"setting {name} must be {kinds.get(wanted, wanted.__name__)}, not {value!r}")
    return value


def _check_range(name: str, value: Any) -> None:
    if isinstance(value, int | float):
        low, high = next(range_ for ending, range_ in RANGES.items() if name.endswith(ending))
        if not low <= value <= high:  # so that NaN is refused too
            raise ConfigError(f"setting {name} must lie in {low}..{high}, not {value}")


def _place(file: str | os.PathLike[str], name: str) -> str:
    """The file, and the line on which a key stands in it if that is easily seen."""
    table = ""
    for number, line in enumerate(Path(file).read_text(encoding="utf-8-sig").split("\n"), start=1):
        if line.startswith("["):
            table = line.strip("[] ") + "."
        elif table + line.partition("=")[0].strip(" \"'") == name:
            return f"{os.fspath(file)}:{number}"
    return os.fspath(file)


def _toml(value: Any) -> str:
    # JSON's strings and numbers are TOML's, but for the control character DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
