"""Positions through edits against one alignment a character, carried along by hand."""

import re

import numpy as np
from hypothesis import given, strategies as st

from textprep import Pipeline, Replace, Texts, WhiteSpace

EDITS = [("a", ""), ("b", "xyz"), ("cc", "c"), ("d", " "), (r"\d+", "0"), ("", "e"), ("e f", "ef"), ("x", "aé😀")]


def replaced(aligned: list[tuple[str, int, int]], pattern: str, new: str) -> list[tuple[str, int, int]]:
    """Characters with their source spans, after one replacement: new characters take in all they replace."""
    text = "".join(character for character, _, _ in aligned)
    result, done = [], 0
    for match in re.finditer(pattern, text):
        start, end = match.span()
        if match.group() == new:
            continue
        result += aligned[done:start]
        old = aligned[start:end]
        nothing = aligned[start - 1][2] if start else aligned[0][1] if aligned else 0  # an insertion replaces nothing
        span = (old[0][1], old[-1][2]) if old else (nothing, nothing)
        result += [(character, *span) for character in new]
        done = end
    return result + aligned[done:]


@given(st.text("abcdef12 é😀\u0130\x00\ufeff"), st.lists(st.sampled_from([e for e in EDITS if e[0] != ""]), max_size=3))
def test_against_one_alignment_a_character(text: str, edits: list[tuple[str, str]]) -> None:
    aligned = [(character, k, k + 1) for k, character in enumerate(text)]
    for pattern, new in edits:
        aligned = replaced(aligned, pattern, new)
    expected, word = [], []
    for character, start, end in [*aligned, (" ", 0, 0)]:
        if character.isspace():
            if word:
                expected.append(("".join(c for c, _, _ in word), (word[0][1], word[-1][2])))
            word = []
        else:
            word.append((character, start, end))
    tokens = Pipeline(*(Replace(*edit) for edit in edits), WhiteSpace())(["", text])
    assert list(zip(tokens[1], tokens.spans(1), strict=True)) == expected


@given(st.text("abcdef12 é😀"), st.lists(st.sampled_from(EDITS), max_size=4))
def test_spans_are_in_order_and_inside(text: str, edits: list[tuple[str, str]]) -> None:
    spans = Pipeline(*(Replace(*edit) for edit in edits), WhiteSpace())([text]).spans(0)
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


def test_what_was_not_touched_is_verbatim() -> None:
    text = "aa one b two a three"
    tokens = Pipeline(Replace("a", ""), Replace("b", "long word"), WhiteSpace())([text])
    found = [(word, text[start:end]) for word, (start, end) in zip(tokens[0], tokens.spans(0), strict=True)]
    assert found == [("one", "one"), ("long", "b"), ("word", "b"), ("two", "two"), ("three", "three")]


def test_spans_in_any_order() -> None:
    texts = Replace(r"\d+", "0").edit(Texts(["a 11 b 222 c 33", "x", "4444 y"]))
    offsets = np.array([0, 5, 6, 8])
    starts = np.array([10, 0, 6, 2, 0, 0, 2, 0], np.int32)
    moved = texts.to_source(offsets, starts, starts + np.array([1, 1, 1, 3, 11, 1, 1, 1], np.int32))
    found = [texts_[a:b] for texts_, a, b in zip(["a 11 b 222 c 33"] * 5 + ["x"] + ["4444 y"] * 2, *moved, strict=True)]
    assert found == ["33", "a", "222", "11 b", "a 11 b 222 c 33", "x", "y", "4444"]
