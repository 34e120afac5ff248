"""Options as JSON gives them against the annotations of a dataclass, of the house or of a user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Optional

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError
from textprep.option_types import check_options


@dataclass(frozen=True)
class Options:
    text: str = ""
    flag: bool = False
    size: int = 0
    rate: float = 0.0
    limit: int | None = None
    name: Optional[str] = None  # noqa: UP045 - as a user may write it
    mode: Literal["a", "b"] = "a"
    words: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, ...], ...] = ()
    table: dict[str, int] = None  # type: ignore[assignment]
    anything: Any = None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
RIGHT = {
    "text": lambda value: type(value) is str,
    "flag": lambda value: type(value) is bool,
    "size": lambda value: type(value) is int and abs(value) < 2**63,
    "rate": lambda value: type(value) is float or (type(value) is int and abs(value) < 2**63),
    "limit": lambda value: value is None or (type(value) is int and abs(value) < 2**63),
    "name": lambda value: value is None or type(value) is str,
    "mode": lambda value: value in ("a", "b"),
    "words": lambda value: type(value) is list and all(type(each) is str for each in value),
    "pairs": lambda value: type(value) is list and all(RIGHT["words"](each) for each in value),
    "table": lambda value: True,
    "anything": lambda value: True,
}


@given(st.sampled_from(list(RIGHT)), json_values)
def test_what_an_option_may_be(name: str, value: Any) -> None:
    if RIGHT[name](value):
        check_options(Options, {name: value})
        return
    with pytest.raises(ConfigError, match=f"option {name} is .*; it must be "):
        check_options(Options, {name: value})


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(ConfigError, match="it must be text"):
        check_options(Options, {"text": "\ud800"})


def test_a_class_whose_annotations_cannot_be_asked_for() -> None:
    class Local: ...

    @dataclass
    class Inside:
        other: Local
        size: int = 0

    check_options(Inside, {"size": "all is left to the class"})
