"""The table of distinct words against a dictionary."""

from itertools import product

import pytest
from hypothesis import given, strategies as st

from textprep import Pipeline, Tokens, WhiteSpace, Words


def check(tokens: Tokens, expected: list[str]) -> None:
    index: dict[str, int] = {}
    codes = [index.setdefault(word, len(index)) for word in expected]
    assert tokens.words == list(index)
    assert tokens.codes.tolist() == codes


@given(st.lists(st.text("a\x00", min_size=1, max_size=33)))
def test_words_of_every_length_and_with_nul_bytes(words: list[str]) -> None:
    check(Pipeline(WhiteSpace())([" ".join(words)]), words)


@pytest.mark.parametrize("length", [1, 6, 7, 8, 9, 15, 16, 17, 24, 31])
def test_words_that_differ_in_one_byte(length: int) -> None:
    words = ["x" * k + letter + "x" * (length - k - 1) for k, letter in product(range(length), "xyz")]
    check(Pipeline(WhiteSpace())([" ".join(words * 2)]), words * 2)


@pytest.mark.parametrize("form", ["{}", "w{:07d}", "{:07d}", "{:08d}", "same-long-prefix-{}", "{}-same-long-suffix"])
def test_the_table_grows(form: str) -> None:
    words = [form.format(number) for number in range(120_000)]
    check(Pipeline(WhiteSpace())([" ".join(words), " ".join(reversed(words))]), words + words[::-1])


def test_more_tokens_than_room() -> None:
    tokens = Pipeline(Words())(["a,b,c-" * 20_000, "", ",,,," * 5_000])
    check(tokens, ["a", ",", "b", ",", "c", "-"] * 20_000 + [","] * 20_000)


def test_many_documents_that_only_their_offsets_part() -> None:
    documents = list("abcdefgh" * 10_000)
    tokens = Pipeline(Words())([*documents, "abcdefgh"])
    check(tokens, [*documents, "abcdefgh"])
    assert set(tokens.starts.tolist()) == {0}
