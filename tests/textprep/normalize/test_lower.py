"""Lower-casing: in front of a tokenizer it is done behind it, once per word, and that must not show."""

import pytest
from hypothesis import given, strategies as st

from textprep import Lower, Pipeline, Replace, Texts, WhiteSpace, Words
from textprep.protocols import Tokenizer

# Where the words as they were written decide; the pinned cases below say how.
RARITIES = "Σ\u24c2"
texts = st.text(
    st.sampled_from("aB\u0130ßẞÀǅ\u0301\u200d\U00010400'. 1_\u212aΩς")
    | st.characters(exclude_categories=["Cs"], exclude_characters=RARITIES)
)


@pytest.mark.parametrize("tokenizer", [Words(), WhiteSpace()], ids=repr)
@given(documents=st.lists(texts, max_size=3))
def test_moving_it_behind_the_tokenizer_does_not_show(tokenizer: Tokenizer, documents: list[str]) -> None:
    moved = Pipeline(Lower(), tokenizer)(documents)
    lowered = Lower().edit(Texts.of(documents))
    first = tokenizer.tokenize(lowered)
    starts, ends = lowered.to_source(first.offsets, first.starts, first.ends)
    assert moved.to_lists() == first.to_lists()
    assert (moved.starts.tolist(), moved.ends.tolist()) == (starts.tolist(), ends.tolist())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ΟΔΟΣ ΣΑΣ", ["οδος", "σας"]),
        ("ΑΣ''Α", ["ας", "'", "'", "α"]),  # the whole text lower-cased would have a medial sigma
        ("!\u200d\u24c2", ["!\u200d\u24dc"]),  # a pictograph behind a joiner; its lower case is none
        ("\u0130X", ["i\u0307x"]),
    ],
)
def test_rarities(text: str, expected: list[str]) -> None:
    assert Pipeline(Lower(), Words())([text])[0] == expected


def test_it_stays_in_front_of_what_depends_on_it() -> None:
    assert Pipeline(Lower(), Replace("a", "b"), Words())(["A"])[0] == ["b"]
    assert Pipeline(Replace("a", "b"), Lower(), Words())(["A"])[0] == ["a"]


def test_the_one_longer_character_maps_back() -> None:
    tokens = Pipeline(Lower(), Replace("x", ""), Words())(["x\u0130stanbul \u0130"])
    assert tokens[0] == ["i\u0307stanbul", "i\u0307"]
    assert tokens.spans(0) == [(1, 9), (10, 11)]


@given(st.lists(st.text(st.sampled_from("aZ[@`{\u0130ΣÉß😀") | st.characters(exclude_categories=["Cs"]))))
def test_texts_become_what_python_gives(documents: list[str]) -> None:
    lowered = Lower().edit(Texts.of(documents))
    assert lowered.strings == [text.lower() for text in documents]
    longer = any("\u0130" in text for text in documents)
    assert len(lowered.edits) == longer
    if longer:
        edits = lowered.edits[0]
        found = [
            (row, int(edits.source_starts[k]), int(edits.starts[k]))
            for row in range(len(documents))
            for k in range(edits.offsets[row], edits.offsets[row + 1])
        ]
        places = [(row, k) for row, text in enumerate(documents) for k, c in enumerate(text) if c == "\u0130"]
        assert found == [(row, k, len(documents[row][:k].lower())) for row, k in places]
