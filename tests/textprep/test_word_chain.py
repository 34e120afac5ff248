"""Word stages meet each distinct word once, however often it occurs."""

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Lower, Pipeline, Stem, StopWords, Treebank, WhiteSpace
from textprep.protocols import Outcome, Piece
from textprep.word_memory import WordMemory


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


def test_the_memory_is_bounded_and_results_stay() -> None:
    prep = Pipeline(WhiteSpace(), Lower(), StopWords(), Stem())
    chain = prep._token_stages[0]
    chain._memory = WordMemory(most_words=5)
    remembered: list[int] = []
    for documents in (["A b C"], ["d E F g"], ["c X"], ["H I j K L m N"], ["a H"]):
        fresh = Pipeline(WhiteSpace(), Lower(), StopWords(), Stem())
        assert prep(documents).to_lists() == fresh(documents).to_lists()
        assert prep(documents).words == fresh(documents).words
        assert len(chain._memory) <= 5
        remembered.append(len(chain._memory))
    assert max(remembered) > 0


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
        ([{"abc": (Piece("a", 0, 1), Piece("##bc", 1, 3))}], [("a", "a"), ("##bc", "bc")]),
        ([{"abc": ("ab", "c")}, {"ab": (Piece("ab", 1, 2), Piece("A", 0, 1))}], [("ab", "b"), ("A", "a"), ("c", "c")]),
        ([{"abc": (Piece("##bc", 1, 3),)}, {"##bc": ("#", "#bc")}], [("#", "bc"), ("#bc", "bc")]),
        # What one stage lengthens and the next one shortens again is no longer spelt by its span.
        ([{"abc": "abcd"}, {"abcd": "xyz"}, {"xyz": ("x", "yz")}], [("x", "abc"), ("yz", "abc")]),
        ([{"abc": ()}], []),
    ],
)
def test_spans_of_pieces(tables: list[dict[str, Outcome]], expected: list[tuple[str, str]]) -> None:
    text = "  abc"
    tokens = Pipeline(WhiteSpace(), *map(Table, tables))([text])
    assert [(word, text[a:b]) for word, (a, b) in zip(tokens[0], tokens.spans(0), strict=True)] == expected


def test_a_lengthened_word_does_not_get_its_neighbours_characters() -> None:
    text = "\u0130stanbul,cats sat"
    tokens = Pipeline(Lower(), WhiteSpace(), Stem("english"), Treebank())([text])
    assert {text[a:b] for a, b in tokens.spans(0)} == {"\u0130stanbul,cats", "sat"}


def test_a_piece_outside_its_word() -> None:
    with pytest.raises(ConfigError, match=r"gave Piece\(text='x', start=1, end=9\) for 'abc'; a piece lies between"):
        Pipeline(WhiteSpace(), Table({"abc": (Piece("x", 1, 9),)}))(["abc"])


def test_the_memory_does_not_travel_with_the_pipeline() -> None:
    prep = Pipeline(Lower(), WhiteSpace(), StopWords(), Stem())
    empty = len(pickle.dumps(prep))
    prep([" ".join(f"word{k}" for k in range(10_000))])
    assert len(prep._token_stages[0]._memory) == 10_000
    assert len(pickle.dumps(prep)) == empty
    assert pickle.loads(pickle.dumps(prep))(["The end"])[0] == ["end"]


def test_a_stage_that_forgets_a_word() -> None:
    class Short:
        def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
            return words[1:]

    with pytest.raises(ConfigError, match="gave 1 outcomes for 2 words"):
        Pipeline(WhiteSpace(), Short())(["a b"])
