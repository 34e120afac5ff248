"""Replacement by regular expression against `re.sub`."""

import re

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Replace, Texts

PATTERNS = [("a", "b"), (r"(.)\1+", r"\1"), ("", "-"), ("b*", "x"), ("(a)|b", r"<\1>"), (r"\s+", " "), ("a", r"\g<0>")]


@pytest.mark.parametrize(("pattern", "replacement"), PATTERNS)
@given(text=st.text("abc \u0130😀"))
def test_it_is_what_re_sub_gives(pattern: str, replacement: str, text: str) -> None:
    assert Replace(pattern, replacement).edit(Texts.of([text])).strings == [re.sub(pattern, replacement, text)]


@pytest.mark.parametrize(("pattern", "replacement"), [("(", ""), ("a", r"\1"), ("a", r"\g<x>"), (1, "")])
def test_what_re_refuses(pattern: str, replacement: str) -> None:
    with pytest.raises(ConfigError, match="replacing"):
        Replace(pattern, replacement)
