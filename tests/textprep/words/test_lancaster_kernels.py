"""The compiled Lancaster stemmer against the same rules in plain Python, over words of ASCII."""

import re

import numpy as np
from hypothesis import given, strategies as st

from textprep.arrow_strings import array_of, buffers_of, strings_of
from textprep.words.lancaster_kernels import RULES, lancaster


def plain(word: str) -> str:
    """The stem of a word, rule by rule."""
    intact = word
    while (letters := re.match("[A-Za-z]+", word)) and letters.group()[-1] == word[-1]:
        for rule in RULES.split():
            ending, whole, removed, added, then = re.fullmatch(r"(\w+?)(\*?)(\d)([a-z]*)([>.])", rule).groups()  # type: ignore[union-attr]
            left = len(word) - int(removed)
            enough = left >= 2 if word[0] in "aeiouy" else left >= 3 and bool(set(word[1:3]) & set("aeiouy"))
            if word.endswith(ending[::-1]) and enough and (not whole or word == intact):
                word = word[:left] + added
                if then == ".":
                    return word
                break
        else:
            return word
    return word


ENDINGS = [re.match(r"[a-z]+", rule).group()[::-1] for rule in RULES.split()]  # type: ignore[union-attr]


@given(st.lists(st.builds("".join, st.lists(st.sampled_from([*ENDINGS, *"bcdrstaeiouyX'."]), max_size=4))))
def test_as_rule_by_rule(words: list[str]) -> None:
    letters, bounds = lancaster(*buffers_of(array_of(words)))
    assert strings_of(letters, bounds).to_pylist() == [plain(word) for word in words]
    assert (np.diff(bounds) <= [len(word) for word in words]).all()
