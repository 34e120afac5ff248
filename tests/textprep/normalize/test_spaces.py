"""White space made even, against regular expressions over Python's strings."""

import re

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Spaces, Texts

# Unicode's White_Space; Python's `\s` has U+001C to U+001F besides.
WHITE = r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
BREAK = r"\r\n|[\n-\r\x85\u2028\u2029]"
spaced = st.text(st.sampled_from(" \t\r\n\x0b\x0c\x85\xa0\u2003\u2028\u3000\u200b\x1cab é日😀"), max_size=20)


def by_regex(text: str, line_breaks: str, strip: bool) -> str:
    def even(match: re.Match[str]) -> str:
        count = len(re.findall(BREAK, match.group()))
        if line_breaks == "keep":
            return "\n" * count or " "
        return "\n\n" if line_breaks == "paragraphs" and count >= 2 else " "

    if strip:
        text = re.sub(rf"\A{WHITE}+|{WHITE}+\Z", "", text)
    return re.sub(f"{WHITE}+", even, text)


@given(st.lists(spaced), st.sampled_from(["drop", "keep", "paragraphs"]), st.booleans())
def test_it_is_what_regular_expressions_give(documents: list[str], line_breaks: str, strip: bool) -> None:
    stage = Spaces(line_breaks, strip)  # type: ignore[arg-type]
    texts = stage.edit(Texts.of(documents))
    assert texts.strings == [by_regex(text, line_breaks, strip) for text in documents]
    assert stage.edit(texts) is texts  # all of it is even now


@given(st.lists(spaced, min_size=1), st.integers(1, 4))
def test_documents_that_share_their_bytes_with_others(documents: list[str], parts: int) -> None:
    texts = Texts.of(documents)
    assert texts.size == sum(len(text.encode()) for text in documents)
    edited = [text for part in texts.split(parts) for text in Spaces().edit(part).strings]
    assert edited == [by_regex(text, "drop", True) for text in documents]


def test_line_breaks() -> None:
    text = ["  one\r\n two \n\n\tthree\u2028four  "]
    assert Spaces().edit(Texts.of(text)).strings == ["one two three four"]
    assert Spaces("keep").edit(Texts.of(text)).strings == ["one\ntwo\n\nthree\nfour"]
    assert Spaces("paragraphs", strip=False).edit(Texts.of(text)).strings == [" one two\n\nthree four "]


def test_a_choice_that_is_none() -> None:
    with pytest.raises(ConfigError, match="spaces: line_breaks is 'all'; give one of 'drop', 'keep', 'paragraphs'"):
        Spaces("all")  # type: ignore[arg-type]
