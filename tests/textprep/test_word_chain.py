"""Word stages meet each distinct word once, however often it occurs."""

import pickle
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import example, given, settings, strategies as st

from textprep import ConfigError, Lower, Pipeline, RareWords, Stem, StopWords, Treebank, WhiteSpace, WordPiece
from textprep.protocols import Outcome, Piece, WordStage
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
        # What is spelt anew, be it at the same length, is no longer spelt by its span.
        ([{"abc": "xyz"}, {"xyz": ("x", "yz")}], [("x", "abc"), ("yz", "abc")]),
        ([{"abc": "cba"}, {"cba": "abc"}, {"abc": ("a", "bc")}], [("a", "abc"), ("bc", "abc")]),
        ([{"abc": (Piece("A", 0, 1), Piece("##", 1, 3))}, {"##": ("#", "#")}], [("A", "a"), ("#", "bc"), ("#", "bc")]),
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


@dataclass(frozen=True)
class Each:
    """Does something with each word; as an array stage where it gives a word for a word."""

    change: Callable[[str], Outcome]

    def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
        return [self.change(word) for word in words]


@dataclass(frozen=True)
class EachAsArray(Each):
    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        return pa.array(self.map_words(words.to_pylist()), pa.large_string())


def halves(word: str) -> Outcome:
    return (word[: len(word) // 2], word[len(word) // 2 :]) if len(word) > 1 else word


def marked(word: str) -> Outcome:
    return (word[0], Piece("#" + word[2:], 1, len(word))) if len(word) > 1 else word


CHANGES: list[Callable[[str], str | None]] = [
    str.upper, str.swapcase, str.casefold,
    lambda word: unicodedata.normalize("NFKC", word),
    lambda word: unicodedata.normalize("NFD", word),
    lambda word: word[::-1],
    lambda word: word[:-1] or None,
    lambda word: word[1:] or None,
    lambda word: word + "s",
    lambda word: None if len(word) == 3 else word,
]  # fmt: skip
CUTS: list[Callable[[str], Outcome]] = [halves, marked, tuple, lambda word: (word, "x")]
PIECES = ("[UNK]", "a", "s", "ss", "##s", "##a", "##\u0307", ",", "##,", "i", "##x")
stages = st.one_of(
    st.sampled_from([Lower(), Treebank(), StopWords(), WordPiece(pieces=PIECES), Stem(), Stem("english", "drop")]),
    st.sampled_from([Stem("german"), Stem("turkish"), Stem("greek"), RareWords(words={"a", "ss"}, replacement="xy")]),
    st.builds(Each, st.sampled_from([*CHANGES, *CUTS])),
    st.builds(EachAsArray, st.sampled_from(CHANGES)),
)
odd_words = st.text("aAsSxei,.\u0130\u0307ßẞﬁΣςé\u212a'", min_size=1, max_size=7) | st.sampled_from(
    ["\u0130stanbul,cats", "große,ße", "ß,xe", "don't", "ΟΔΟΣ,s", "oﬃces", "s"]
)


class Traced(NamedTuple):
    """A word that carries the place of each of its letters as long as there is one."""

    text: str
    span: tuple[int, int]
    places: tuple[int, ...] | None


def traced(word: Traced, stage: WordStage) -> list[Traced]:
    """What a stage makes of one word, letter by letter."""
    text, span, places = word
    [outcome] = stage.map_words([text])
    given = [Piece(piece, 0, len(text)) if isinstance(piece, str) else piece for piece in as_pieces(outcome)]
    if given and not any(isinstance(piece, Piece) for piece in outcome) and "".join(p.text for p in given) == text:
        ends = [sum(len(piece.text) for piece in given[:k]) for k in range(len(given) + 1)]
        given = [Piece(piece.text, *place) for piece, place in zip(given, pairwise(ends), strict=True)]
    new = []
    for piece in given:
        under = None if places is None else places[piece.start : piece.end]
        old = text[piece.start : piece.end]
        spelt = len(old) == len(piece.text) and all({a, a.lower(), a.upper()} & {b, b.lower(), b.upper()}
                                                   for a, b in zip(old, piece.text, strict=True))  # fmt: skip
        new.append(Traced(piece.text, (under[0], under[-1] + 1) if under else span, under if spelt else None))
    return new


@given(st.lists(stages, max_size=5), st.lists(st.lists(odd_words, max_size=4), max_size=2), st.booleans())
@example([Stem("german"), Treebank()], [["ße,a"]], True)
@settings(max_examples=300, deadline=None)
def test_spans_as_letters_carry_them(chain: list[WordStage], documents: list[list[str]], lower: bool) -> None:
    texts = [" ".join(row) for row in documents]
    prep = Pipeline(*([Lower()] if lower else []), WhiteSpace(), *chain)
    for tokens in (prep(texts), prep(texts), prep([*texts, "more words"])):
        for k, text in enumerate(texts):
            expected = [Traced(m[0], m.span(), tuple(range(*m.span()))) for m in re.finditer(r"\S+", text)]
            for stage in [Lower(), *chain] if lower else chain:
                expected = [piece for word in expected for piece in traced(word, stage)]
            assert list(zip(tokens[k], tokens.spans(k), strict=True)) == [word[:2] for word in expected]


@pytest.mark.parametrize(
    "stage", [Each(lambda word: word[1:]), EachAsArray(lambda word: word[1:]), Each(lambda word: ("", word))]
)
def test_an_empty_word_is_refused(stage: WordStage) -> None:
    with pytest.raises(ConfigError, match=r"^Each\w* gave an empty token for 'b'; a stage drops a word by None"):
        Pipeline(WhiteSpace(), stage)(["b"])


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
