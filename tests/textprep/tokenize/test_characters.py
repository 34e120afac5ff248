"""Tokens of one character each."""

from hypothesis import given, strategies as st

from textprep import Characters, Lower, Pipeline

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5)


@given(TEXTS)
def test_nothing_is_lost_and_each_span_is_one_character(texts):
    tokens = Pipeline(Characters())(texts)
    assert tokens.to_lists() == list(map(list, texts))
    for document, text in enumerate(texts):
        assert [text[start:end] for start, end in tokens.spans(document)] == list(text)
        assert Pipeline(Characters()).text_of(tokens[document]) == text


def test_characters_come_in_the_order_of_the_text():
    assert Pipeline(Characters())(["zazb", "ca"]).words == ["z", "a", "b", "c"]


def test_lower_casing_behind_it():
    assert Pipeline(Characters(), Lower())(["Aa İ"]).to_lists() == [["a", "a", " ", "i̇"]]
