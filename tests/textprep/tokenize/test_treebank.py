"""Treebank pieces: cases of our own on which NLTK agrees, and the promises on any run."""

import pytest
from hypothesis import given, strategies as st
from nltk.tokenize import NLTKWordTokenizer

from textprep import Lower, Pipeline, Stem, Treebank, WhiteSpace
from textprep.tokenize.treebank import pieces

SAME_AS_NLTK = [
    "They weren't here, were they?",
    "I'll say: it's John's (or Mary's) car; you've seen it!",
    "He paid $5.50, or 10% of 1,000.",
    "Wait ... what?",
    "a well-known author, and/or editor",
    "[see p. 5] {x}",
    "We don't, can't, won't!",
]


@pytest.mark.parametrize("text", SAME_AS_NLTK)
def test_as_nltk(text: str) -> None:
    assert Pipeline(WhiteSpace(), Treebank())([text])[0] == NLTKWordTokenizer().tokenize(text)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ('"Who?"', '" Who ? "'),
        ("“Quoted”,", "“ Quoted ” ,"),
        ("U.S.", "U.S."),
        ("Dr.", "Dr."),
        ("no.", "no ."),
        ("etc.),", "etc. ) ,"),
        ("3.14.", "3.14 ."),
        ("end...", "end ..."),
        ("this--that", "this -- that"),
        ("didn’t", "did n’t"),
        ("'tis", "'tis"),
        ("'quoted'", "' quoted '"),
        ("dogs'", "dogs '"),
        ("n't", "n't"),
        ("-5", "-5"),
        (":-)", ":-)"),
        ("<3", "<3"),
        ("https://a.b/c?d", "https://a.b/c?d"),
        ("me@example.org", "me@example.org"),
        ("((", "( ("),
        (".", "."),
        ("1,000,", "1,000 ,"),
    ],
)
def test_pieces(run: str, expected: str) -> None:
    assert pieces(run) == expected.split()


@given(
    st.text(st.sampled_from("ab.'’,-():\"$5n't@😀é") | st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1)
)
def test_the_pieces_spell_the_run(run: str) -> None:
    assert "".join(pieces(run)) == run
    assert all(pieces(run))


def test_pieces_keep_their_spans_through_other_stages() -> None:
    text = "The Cats' (Running)."
    tokens = Pipeline(Lower(), WhiteSpace(), Treebank(), Stem())([text])
    assert tokens[0] == ["the", "cat", "'", "(", "run", ")", "."]
    assert [text[a:b] for a, b in tokens.spans(0)] == ["The", "Cats", "'", "(", "Running", ")", "."]


@pytest.mark.parametrize("unit", ["(", ".", "'", ":", "@", "@.", "a.", ":.", "-", "n't", ",", "'x", "''a"])
def test_no_run_is_slow(unit: str) -> None:
    """Three hundred thousand characters are done, which a square would never be."""
    run = unit * (300_000 // len(unit))
    assert "".join(pieces(run)) == run
