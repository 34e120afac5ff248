"""What an option that was read from JSON may be: what the annotation of its dataclass field says."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from textprep.errors import ConfigError, shown

PLAIN = {str: "text", bool: "true or false", int: "a whole number", float: "a number", NoneType: "null"}
MANY = (list, tuple, set, frozenset)
LARGE = 2**63 - 1


def check_options(cls: type, options: Mapping[str, Any]) -> None:
    """Check the values of options by the fields of their dataclass; an annotation not known here allows all.

    Raises:
        ConfigError: A value is of another type, a number has more than 64 bits, or a text holds half a character.
    """
    try:
        hints = get_type_hints(cls)
    except NameError:  # a class inside a function, whose names cannot be asked for
        return
    for name, value in options.items():
        hint = hints.get(name, Any)
        if not _fits(value, hint):
            raise ConfigError(f"option {name} is {shown(value)}; it must be {_described(hint)}")


def _fits(value: Any, hint: Any) -> bool:
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, each) for each in inner)
    if kind is Literal:
        return value in inner
    if kind in MANY:
        return isinstance(value, MANY) and all(_fits(each, inner[0]) for each in value)
    if hint is float and type(value) is int:
        hint = int
    if hint not in PLAIN:
        return True
    return type(value) is hint and (hint is not str or is_text(value)) and (hint is not int or abs(value) <= LARGE)


def is_text(value: Any) -> bool:
    """Whether a value is a string without halves of surrogate pairs, which JSON can write and nothing else can."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _described(hint: Any) -> str:
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, UnionType):
        return " or ".join(map(_described, inner))
    if kind is Literal:
        return " or ".join(map(repr, inner))
    if kind in MANY:
        return f"a list, each of it {_described(inner[0])}"
    return PLAIN.get(hint, str(hint))
