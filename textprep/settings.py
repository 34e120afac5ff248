"""Settings: one dataclass a thing, whose sentence under each field is its help everywhere.

The same sentence documents the field in the code, in `textmill train --list-settings`, and as the comment above the
key in a run's `config.toml` (TOML 1.0). What a value may be stands at its field too:

    @dataclass(frozen=True)
    class Settings:
        size: Size = 100                                       # a whole number, 1 or more
        dropout: Share = 0.3                                   # 0..1
        rate: Annotated[float, Within(0, 10)] = 0.1
        case: Literal["keep", "lower"] = "keep"
        pooling: Annotated[str, OneOf(POOLINGS)] = "max"       # a name of a registry
        training: TrainingSettings = TrainingSettings()        # a section
        encoder: Annotated[Any, KindOf(ENCODERS)] = Recurrent()  # a section of one of several kinds
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
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from textprep.errors import ConfigError, InputError, shown, unknown_name
from textprep.option_types import PLAIN
from textprep.registry import Registry

S = TypeVar("S")

LARGE = 2**31 - 1


@dataclass(frozen=True)
class Within:
    """What a number may be, written at its field: `dropout: Annotated[float, Within(0, 1)] = 0.3`."""

    low: float
    high: float = LARGE


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
Features = Annotated[int, Within(1, 1_000_000)]  # one side of a matrix
Depth = Annotated[int, Within(1, 100)]  # layers on top of each other


class Setting(NamedTuple):
    """One value among settings, or the kind of a section."""

    name: str  # section.key
    value: Any
    sentence: str
    hint: Any  # the field's annotation, of which KindOf is that of a section's kind


@cache
def field_sentences(cls: type) -> dict[str, str]:
    """The sentence under each field of a dataclass and of those it inherits from."""
    sentences: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        if is_dataclass(each):
            sentences |= _own_sentences(each)
    return sentences


def flat(settings: Any) -> Iterator[tuple[str, Any, str]]:
    """Every setting as (`section.key`, value, sentence); a section's own values come before the sections in it."""
    for setting in _walk(settings):
        yield setting[:3]


def checked(settings: S) -> S:
    """The settings as they are; ConfigError if one of them is what its field does not allow."""
    for name, value, _, hint in _walk(settings):
        _allowed(name, value, hint)
    return settings


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
    for name, value in _kinds_first(read_toml(file)):
        try:
            settings = _with_value(settings, name, value)
        except ConfigError as error:
            raise ConfigError(f"{_place(file, name)}: {error}") from None
    return settings


def read_toml(file: str | os.PathLike[str]) -> dict[str, Any]:
    """The values of a TOML file by `section.key`, at any depth.

    Raises:
        InputError: The file cannot be read or is not TOML.
    """
    try:
        return dict(_leaves(tomllib.loads(Path(file).read_text(encoding="utf-8-sig"))))
    except OSError as error:
        problem = f"the settings cannot be read ({error.strerror})"
        raise InputError(problem, file=file, remedy="check the path given with --config") from None
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, too many digits, too deep
        raise InputError(f"not valid TOML ({error})", file=file) from None


def with_values(settings: S, values: Mapping[str, Any]) -> S:
    """`settings` with some values replaced.

    Args:
        settings: The settings to start from.
        values: `section.key`, or the end of such a name where only one setting has it (`key`), and the value; a string
            is read as the field's type. A new `section.kind` brings the defaults of that kind, whatever its place.

    Raises:
        ConfigError: A key is not known or stands in several sections, or a value has the wrong type or makes no sense.
    """
    for name, value in _kinds_first(values):
        settings = _with_value(settings, name, value)
    return settings


def assignments(pairs: list[str]) -> dict[str, str]:
    """The values of `key=value` arguments; ConfigError for one without an equals sign."""
    for pair in pairs:
        if "=" not in pair:
            raise ConfigError(f"--set {pair!r} has no value; write --set key=value")
    return {key.strip(): value.strip() for key, _, value in (pair.partition("=") for pair in pairs)}


def _own_sentences(cls: type) -> Iterator[tuple[str, str]]:
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):  # typed in, as in a notebook
        return
    body = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(body, ast.ClassDef)
    for field, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            yield field.target.id, " ".join(str(below.value.value).split())


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _walk(settings: Any, section: str = "") -> Iterator[Setting]:
    """All settings, a section's own before those of the sections in it; a section's kind is the first of its own."""
    cls: type = type(settings)
    sections = []
    for field in fields(settings):
        value, hint = getattr(settings, field.name), _hints(cls)[field.name]
        sentence = field_sentences(cls).get(field.name, "")
        if is_dataclass(value):
            sections.append((field.name, value, sentence, hint))
        else:
            yield Setting(section + field.name, value, sentence, hint)
    for name, value, sentence, hint in sections:
        inner = f"{section}{name}."
        if kinds := _rule(hint, KindOf):
            yield Setting(f"{inner}kind", kinds.registry.name_of(type(value)), sentence, kinds)
        yield from _walk(value, inner)


def _rule(hint: Any, kind: type[S]) -> S | None:
    """What of this kind is written in a field's `Annotated[...]`."""
    if isinstance(hint, kind):
        return hint
    return next((rule for rule in getattr(hint, "__metadata__", ()) if isinstance(rule, kind)), None)


def _kinds_first(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The values, kinds of sections before all else and the outer ones first: which keys there are hangs on them."""

    def order(item: tuple[str, Any]) -> tuple[bool, int]:
        *sections, key = item[0].split(".")
        return key != "kind", len(sections) if key == "kind" else 0

    return sorted(values.items(), key=order)


def _with_value(settings: S, given: str, value: Any) -> S:
    known = {setting.name: setting for setting in _walk(settings)}
    found = [given] if given in known else [name for name in known if name.endswith(f".{given}")]
    if not found:
        raise unknown_name("setting", given, known if "." in given else [name.rpartition(".")[2] for name in known])
    if len(found) > 1:
        raise ConfigError(f"setting {given!r} stands in several sections; say which: {', '.join(found)}")
    name, old, _, hint = known[found[0]]
    new = _allowed(name, _typed(name, value, hint), hint)
    if not isinstance(hint, KindOf):
        return _replaced(settings, name.split("."), new)
    return settings if new == old else _replaced(settings, name.split(".")[:-1], hint.registry[new]())


def _replaced(settings: S, path: list[str], value: Any) -> S:
    if len(path) > 1:
        value = _replaced(getattr(settings, path[0]), path[1:], value)
    return replace(settings, **{path[0]: value})  # type: ignore[type-var]


def _type(hint: Any) -> type:
    """The plain type of a value: that of `Share` is float, that of a kind or a `Literal` is str."""
    if isinstance(hint, KindOf) or get_origin(hint) is Literal:
        return str
    return _type(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def _typed(name: str, value: Any, hint: Any) -> Any:
    """The value, read as the field's type if it is a string."""
    wanted = _type(hint)
    if wanted is bool and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if wanted in (int, float) and isinstance(value, str):
        try:
            return wanted(value)
        except ValueError:
            return value
    return float(value) if wanted is float and type(value) is int and abs(value) <= LARGE else value


def _allowed(name: str, value: Any, hint: Any) -> Any:
    """The value, if its field allows it."""
    wanted, given = _type(hint), type(value)
    if given is not wanted and (given, wanted) != (int, float):
        raise ConfigError(f"setting {name} must be {PLAIN.get(wanted, wanted.__name__)}, not {shown(value)}")
    choices = get_args(hint) if get_origin(hint) is Literal else ()
    if choices and value not in choices:
        raise ConfigError(f"setting {name}: {unknown_name('choice', value, choices)}")
    if names := _rule(hint, OneOf) or _rule(hint, KindOf):
        try:
            names.registry[value]
        except ConfigError as error:
            raise ConfigError(f"setting {name}: {error}") from None
    range_ = _rule(hint, Within) or Within(-LARGE)
    if wanted in (int, float) and not range_.low <= value <= range_.high:  # so that NaN is refused too
        raise ConfigError(f"setting {name} must lie in {range_.low}..{range_.high}, not {shown(value)}")
    return value


def _leaves(tables: Mapping[str, Any], section: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{section}{key}.")
        else:
            yield section + key, value


def _place(file: str | os.PathLike[str], name: str) -> str:
    """The file, and the line on which the value of a key ends: the first up to which the file has it."""
    lines = Path(file).read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    for number in range(1, len(lines) + 1):
        try:
            if name in dict(_leaves(tomllib.loads("\n".join(lines[:number])))):
                return f"{os.fspath(file)}:{number}"
        except tomllib.TOMLDecodeError:  # within a value of several lines
            continue
    return os.fspath(file)


def _toml(value: Any) -> str:
    # JSON's strings and numbers are TOML's, but for the control character DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
