"""White space against `str.split`."""

from hypothesis import given, strategies as st

from textprep import Pipeline, WhiteSpace

# `str.split` also cuts at the four information separators, which have no White_Space property.
texts = st.text(
    st.sampled_from("ab \t\n\r\x0b\x0c\x85\u00a0\u3000\u2003\u200b\ufeff\x00é😀")
    | st.characters(exclude_categories=["Cs"], exclude_characters="\x1c\x1d\x1e\x1f")
)


@given(st.lists(texts))
def test_as_str_split(documents: list[str]) -> None:
    tokens = Pipeline(WhiteSpace())(documents)
    assert tokens.to_lists() == [text.split() for text in documents]
    for k, text in enumerate(documents):
        assert [text[a:b] for a, b in tokens.spans(k)] == tokens[k]
