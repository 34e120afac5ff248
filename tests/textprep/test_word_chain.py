"""Word stages meet each distinct word once, however often it occurs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Lower, Pipeline, StopWords, WhiteSpace, word_chain
from textprep.protocols import Outcome


@dataclass(frozen=True)
class Counting:
    """Leaves words as they are and counts them."""

    seen: Counter[str] = field(default_factory=Counter)

    def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
        self.seen.update(words)
        return list(words)


@dataclass(frozen=True)
class Table:
    """Gives what a table says."""

    table: dict[str, Outcome]

    def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
        return [self.table.get(word, word) for word in words]


def test_each_distinct_word_once_and_never_again() -> None:
    first, last = Counting(), Counting()
    prep = Pipeline(WhiteSpace(), first, Lower(), StopWords(), last)
    for _ in range(2):
        prep(["The cat the Cat", "cat THE dog"] * 50)
    assert first.seen == Counter("The cat the Cat THE dog".split())
    assert last.seen == Counter(["cat", "dog"])
    prep(["cat bird"])
    assert first.seen["bird"] == last.seen["bird"] == 1
    assert first.seen["cat"] == 1


def test_the_memory_is_bounded_and_results_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_chain, "REMEMBERED", 5)
    prep = Pipeline(WhiteSpace(), Lower(), StopWords())
    chain = prep._token_stages[0]
    for documents in (["A b C"], ["d E F g"], ["c X"], ["H I j K L m N"], ["a H"]):
        fresh = Pipeline(WhiteSpace(), Lower(), StopWords())
        assert prep(documents).to_lists() == fresh(documents).to_lists()
        assert prep(documents).words == fresh(documents).words
        assert len(chain._memory) <= max(5, len(documents[0].split()))


outcomes = st.none() | st.sampled_from("abx") | st.lists(st.sampled_from(["a", "b", "xy"]), max_size=3).map(tuple)


@given(
    st.lists(st.dictionaries(st.sampled_from(["a", "b", "ab", "xy"]), outcomes), max_size=3),
    st.lists(st.lists(st.sampled_from(["a", "b", "ab", "xy", "z"])), max_size=3),
)
def test_against_plain_lists(tables: list[dict[str, Outcome]], documents: list[list[str]]) -> None:
    expected = documents
    for table in tables:
        expected = [[piece for word in row for piece in as_pieces(table.get(word, word))] for row in expected]
    prep = Pipeline(WhiteSpace(), *map(Table, tables))
    texts = [" ".join(row) for row in documents]
    for tokens in (prep(texts), prep(texts)):
        assert tokens.to_lists() == expected
        assert tokens.words == list(dict.fromkeys(word for row in expected for word in row))


def as_pieces(outcome: Outcome) -> Sequence[str]:
    return () if outcome is None else (outcome,) if isinstance(outcome, str) else outcome


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ([{"abc": ("a", "bc")}], [("a", "a"), ("bc", "bc")]),
        ([{"abc": ("a", "bc")}, {"bc": ("b", "c")}], [("a", "a"), ("b", "b"), ("c", "c")]),
        ([{"abc": ("a", "bc")}, {"a": None}, {"bc": "stem"}], [("stem", "bc")]),
        ([{"abc": "ABC"}, {"ABC": ("A", "BC")}], [("A", "a"), ("BC", "bc")]),
        ([{"abc": "longer"}, {"longer": ("long", "er")}], [("long", "abc"), ("er", "abc")]),
        ([{"abc": ("x", "y")}], [("x", "abc"), ("y", "abc")]),
        ([{"abc": ()}], []),
    ],
)
def test_spans_of_pieces(tables: list[dict[str, Outcome]], expected: list[tuple[str, str]]) -> None:
    text = "  abc"
    tokens = Pipeline(WhiteSpace(), *map(Table, tables))([text])
    assert [(word, text[a:b]) for word, (a, b) in zip(tokens[0], tokens.spans(0), strict=True)] == expected


def test_a_stage_that_forgets_a_word() -> None:
    class Short:
        def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
            return words[1:]

    with pytest.raises(ConfigError, match="gave 1 outcomes for 2 words"):
        Pipeline(WhiteSpace(), Short())(["a b"])
