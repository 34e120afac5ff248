"""Replacement by regular expression against `re.sub`."""

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Pipeline, Replace, Texts, WhiteSpace

PATTERNS = [("a", "b"), (r"(.)\1+", r"\1"), ("", "-"), ("b*", "x"), ("(a)|b", r"<\1>"), (r"\s+", " "), ("a", r"\g<0>")]


@pytest.mark.parametrize(("pattern", "replacement"), PATTERNS)
@given(text=st.text("abc \u0130😀"))
def test_it_is_what_re_sub_gives(pattern: str, replacement: str, text: str) -> None:
    assert Replace(pattern, replacement).edit(Texts.of([text])).strings == [re.sub(pattern, replacement, text)]


@pytest.mark.parametrize("count", [0, 1, 3])
@given(text=st.text("abc \u0130😀"))
def test_several_patterns_are_several_re_subs(text: str, count: int) -> None:
    patterns, replacements = zip(*PATTERNS, strict=True)
    expected = once = text
    for pattern, replacement in PATTERNS:
        expected, once = re.sub(pattern, replacement, expected, count=count), re.sub(pattern, "é", once, count=count)
    assert Replace(patterns, replacements, count).edit(Texts.of([text])).strings == [expected]
    assert Replace(patterns, "é", count).edit(Texts.of([text])).strings == [once]


def test_several_patterns_keep_positions() -> None:
    source = "Call  me: Ishmael!"
    prep = Pipeline(Replace((r"\s+", "[:!]", "(I)(s)"), (" ", "", r"\2\1")), WhiteSpace())
    tokens = prep([source])
    assert tokens[0] == ["Call", "me", "sIhmael"]
    assert [source[a:b] for a, b in tokens.spans(0)] == ["Call", "me", "Ishmael"]


def test_it_is_the_same_after_saving(tmp_path: Path) -> None:
    prep = Pipeline(Replace(("a", "b"), ("b", "c"), 2), WhiteSpace())
    prep.save(tmp_path)
    assert Pipeline.load(tmp_path) == prep


def test_as_many_replacements_as_patterns() -> None:
    with pytest.raises(ConfigError, match="replace: there are 2 patterns and 3 replacements; give one"):
        Replace(("a", "b"), ("c", "d", "e"))
    with pytest.raises(ConfigError, match="replace: count is -1; give how many"):
        Replace("a", "b", -1)


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [("(", ""), ("a", r"\1"), ("a", r"\g<x>"), (1, ""), (("a", "("), ""), ("a", ["b", 1][1:])],
)
def test_what_re_refuses(pattern: str, replacement: str) -> None:
    with pytest.raises(ConfigError, match="replacing"):
        Replace(pattern, replacement)
