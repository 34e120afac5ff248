from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from embeddings.store import lexicon
from embeddings.store.lexicon import Lexicon


def lexicon_of(words: list[str]) -> Lexicon:
    return Lexicon.of(pa.array(words, pa.large_string()))[0]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))), st.lists(st.text()))
@settings(deadline=None)
def test_rows_are_those_of_a_dictionary(words: list[str], others: list[str]) -> None:
    built, first = Lexicon.of(pa.array(words, pa.large_string()))
    rows = {word: row for row, word in enumerate(dict.fromkeys(words))}
    assert built.words == list(rows)
    assert first.tolist() == [words.index(word) for word in rows]
    asked = words + others
    expected = [rows.get(word, -1) for word in asked]
    assert [built.find(word) for word in asked] == expected
    assert built.find_all(asked).tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "_MANY", 0)
        assert built.find_all(asked).tolist() == expected


def test_a_word_by_its_row() -> None:
    built = lexicon_of(["a", "", "żółw"])
    assert [built.word(row) for row in range(len(built))] == ["a", "", "żółw"]
