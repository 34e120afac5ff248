"""Phrases against a plain loop over lists."""

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Phrases, Pipeline, Tokens, WhiteSpace


def joined(words: list[str], phrases: list[str]) -> list[str]:
    """Each phrase in turn, the longest first, over words that no longer phrase has taken."""
    parts = [[word] for word in words]
    for phrase in sorted(phrases, key=lambda phrase: -len(phrase.split())):
        wanted, k = [[word] for word in phrase.split()], 0
        while k <= len(parts) - len(wanted):
            if parts[k : k + len(wanted)] == wanted:
                parts[k : k + len(wanted)] = [phrase.split()]
            k += 1
    return ["_".join(part) for part in parts]


@given(
    st.lists(st.lists(st.sampled_from("abc"), max_size=12), max_size=3),
    st.lists(st.lists(st.sampled_from("abcd"), min_size=2, max_size=4).map(" ".join), max_size=3),
)
def test_against_a_loop(documents: list[list[str]], phrases: list[str]) -> None:
    texts = [" ".join(words) for words in documents]
    tokens = Pipeline(WhiteSpace(), Phrases(tuple(phrases)))(texts)
    assert tokens.to_lists() == [joined(words, phrases) for words in documents]
    for k, text in enumerate(texts):
        assert [text[a:b].replace(" ", "_") for a, b in tokens.spans(k)] == tokens[k]


def test_it_joins_no_words_of_two_documents() -> None:
    tokens: Tokens = Pipeline(WhiteSpace(), Phrases(["new york"]))(["new", "york new", "york"])
    assert tokens.to_lists() == [["new"], ["york", "new"], ["york"]]


@pytest.mark.parametrize("phrases", ["new york", ["york"], 5])
def test_errors(phrases: object) -> None:
    with pytest.raises(ConfigError, match="phrase"):
        Phrases(phrases)
