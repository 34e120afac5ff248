"""Stages over pairs of word and tag: called once a distinct pair, spans and layers kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Lower, Piece, Pipeline, Texts, Tokens, WhiteSpace
from textprep.protocols import Outcome


@dataclass(frozen=True)
class Tagger:
    """Tags a word as what stands before it says: a verb behind "to"."""

    def rewrite(self, tokens: Tokens) -> Tokens:
        words = [tokens.words[code] for code in tokens.codes]
        starts = set(tokens.offsets.tolist())
        after = ["VERB" if k not in starts and words[k - 1] == "to" else "NOUN" for k in range(len(words))]
        return tokens.with_layer("pos", after)


@dataclass(frozen=True)
class Lemma:
    """Lemmas by part of speech; a few words are cut, changed or dropped."""

    table: dict[tuple[str, str], Outcome]
    layer: str = "pos"
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def map_pairs(self, words: Sequence[str], tags: Sequence[str]) -> Sequence[Outcome]:
        self.seen.update(zip(words, tags, strict=True))
        return [self.table.get(pair, pair[0]) for pair in zip(words, tags, strict=True)]


TABLE: dict[tuple[str, str], Outcome] = {
    ("saws", "NOUN"): "saw",
    ("saws", "VERB"): "see",
    ("can't", "NOUN"): ("can", "'t"),
    ("can't", "VERB"): (Piece("ca", 0, 2), Piece("not", 2, 5)),
    ("to", "NOUN"): None,
    ("meet", "VERB"): (),
}


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_once_for_each_distinct_pair(threads: int) -> None:
    texts = ["Saws to saws can't", "to can't to meet meet", "", "saws to saws"] * 20
    stage = Lemma(TABLE)
    prep = Pipeline(Lower(), WhiteSpace(), Tagger(), stage)
    tokens = prep(texts, threads=threads)
    assert tokens.to_lists()[:4] == [["saw", "see", "can", "'t"], ["ca", "not", "meet"], [], ["saw", "see"]]
    assert set(stage.seen.values()) == {1}
    assert [tokens.tags("pos", k) for k in range(4)] == [
        ["NOUN", "VERB", "NOUN", "NOUN"], ["VERB", "VERB", "NOUN"], [], ["NOUN", "VERB"],
    ]  # fmt: skip
    texts_of = [[text[a:b] for a, b in tokens.spans(k)] for k, text in enumerate(texts[:4])]
    assert texts_of == [["Saws", "saws", "can", "'t"], ["ca", "n't", "meet"], [], ["saws", "saws"]]


@given(
    st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("XY")), max_size=6), max_size=4),
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("XY")),
        st.none() | st.sampled_from("ab") | st.lists(st.sampled_from(["a", "b", "xy"]), max_size=3).map(tuple),
    ),
)
def test_as_token_by_token(documents: list[list[tuple[str, str]]], table: dict[tuple[str, str], Outcome]) -> None:
    tokens = Tokens.from_lists([[word for word, _ in document] for document in documents])
    tokens = tokens.with_layer("pos", [tag for document in documents for _, tag in document])
    words: list[list[str]] = []
    tags: list[list[str]] = []
    for document in documents:
        outcomes = [table.get(pair, pair[0]) for pair in document]
        lists = [
            [] if each is None else [each] if isinstance(each, str) else [str(p) for p in each] for each in outcomes
        ]
        words.append([piece for pieces in lists for piece in pieces])
        tags.append([tag for pieces, (_, tag) in zip(lists, document, strict=True) for _ in pieces])
    from textprep.pair_chain import PairChain

    [found] = PairChain(Lemma(table))([tokens], [Texts.of([" ".join(word for word, _ in row) for row in documents])])
    assert found.to_lists() == words
    assert [found.tags("pos", k) for k in range(len(found))] == tags


@dataclass(frozen=True)
class Respelt:
    """Gives what a table says."""

    table: dict[str, Outcome]

    def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
        return [self.table.get(word, word) for word in words]


@pytest.mark.parametrize(
    ("text", "table", "outcome", "expected"),
    [
        ("ABC x", {}, ("a", "bc"), ["A", "BC"]),
        ("xyz x", {"xyz": "abc"}, ("a", "bc"), ["xyz", "xyz"]),
        ("\u0130,bc x", {"i\u0307,bc": "abcd"}, ("a", "bcd"), ["\u0130,bc", "\u0130,bc"]),
        ("\u0130a, x", {"i\u0307a,": ("i\u0307a", ",")}, ("i\u0307", "a"), ["\u0130a,"] * 3),
        ("Ab,c x", {"ab,c": ("ab", ",", "c")}, ("a", "b"), ["A", "b", ",", "c"]),
    ],
)
def test_a_piece_has_a_place_where_the_text_spells_its_word(
    text: str, table: dict[str, Outcome], outcome: tuple[str, ...], expected: list[str]
) -> None:
    pairs: dict[tuple[str, str], Outcome] = {("".join(outcome), "NOUN"): outcome}
    for sources in ([text], ["", "before it", text]):
        tokens = Pipeline(Lower(), WhiteSpace(), Respelt(table), Tagger(), Lemma(pairs))(sources)
        assert [text[a:b] for a, b in tokens.spans(-1)] == [*expected, "x"]


def test_errors() -> None:
    with pytest.raises(ConfigError, match="no layer 'pos'; run a stage that adds it"):
        Pipeline(WhiteSpace(), Lemma({}))(["a"])

    class Short(Lemma):
        def map_pairs(self, words: Sequence[str], tags: Sequence[str]) -> Sequence[Outcome]:
            return []

    with pytest.raises(ConfigError, match="gave 0 outcomes for 1 pairs"):
        Pipeline(WhiteSpace(), Tagger(), Short({}))(["a a"])
    with pytest.raises(ConfigError, match="Lemma gave an empty token for 'a'; a stage drops a word by None"):
        Pipeline(WhiteSpace(), Tagger(), Lemma({("a", "NOUN"): ""}))(["a a"])
    with pytest.raises(ConfigError, match="put it behind WhiteSpace"):
        Pipeline(Lemma({}), WhiteSpace())
