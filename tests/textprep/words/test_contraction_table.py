"""The table of contractions: what is cut where, and what stays open."""

import pytest
from hypothesis import given, strategies as st

from textprep.words.contraction_table import FIXED, INFORMAL, Part, folded, parts_of


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("don't", [("", "do"), ("not", "n't")]),
        ("won't", [("will", "wo"), ("not", "n't")]),
        ("i'd've", [("", "i"), ("would", "'d"), ("have", "'ve")]),
        ("n't", [("not", "n't")]),
        ("y'all're", [("you", "y'"), ("", "all"), ("are", "'re")]),
    ],
)
def test_parts(word: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.words, word[part.start : part.end]) for part in parts_of(word, False)] == parts
    assert not any(part.open for part in parts_of(word, False))


def test_open_parts() -> None:
    assert parts_of("it's", False) == (Part("", 0, 2), Part("'s", 2, 4, open=True))
    assert parts_of("ain't", False) == (Part("ai", 0, 2, open=True), Part("not", 2, 5))
    assert [part.words for part in parts_of("'d", False)] == ["'d"]


@pytest.mark.parametrize(
    "word", ["", "'", "bison't", "o'clock", "ma'am", "dogs'", "it's've", "3'll", "''ll", "i" + "'ve" * 100_000]
)
def test_what_is_none(word: str) -> None:
    assert parts_of(word, True) == ()


@given(st.lists(st.sampled_from(["i", "do", "he", "n't", "'ve", "'d", "'s", "'ll", "ai", "'re", "'"])).map("".join))
def test_parts_lie_side_by_side(word: str) -> None:
    for informal in (False, True):
        parts = parts_of(word, informal)
        assert not parts or "".join(word[part.start : part.end] for part in parts) == word


def test_listed_ones() -> None:
    for entry in (FIXED + INFORMAL).split():
        forms, words = zip(*(piece.partition(":")[::2] for piece in entry.split("|")), strict=True)
        assert tuple(part.words for part in parts_of("".join(forms), True)) == words


@given(st.text())
def test_folding_keeps_places(word: str) -> None:
    assert len(folded(word)) == len(word)


def test_folding() -> None:
    assert folded("DON’T İ’S") == "DON'T İ'S"  # the lower case of İ is two letters
    assert folded("DONʼT") == "don't"
