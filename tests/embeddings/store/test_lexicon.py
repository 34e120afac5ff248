from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from embeddings.store import lexicon
from embeddings.store.lexicon import Lexicon
from textprep.errors import ArtifactError


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


@pytest.mark.parametrize("slot", [3, 100, 2**31 - 1, -2, -(2**31)])
@pytest.mark.parametrize("many", [0, 20_000])
def test_look_ups_end_whatever_the_table_holds(slot: int, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_MANY", many)
    sound = lexicon_of(["a", "b", "c", "d"])
    damaged = Lexicon(sound.arrow, np.full(16, slot, np.int32), Path("x"))
    if slot < 0:
        assert damaged.find_all(["b", "e"]).tolist() == [-1, -1]
    else:
        with pytest.raises(ArtifactError, match=r"x is damaged .*table .*; make it again"):
            damaged.find_all(["b", "e"])


@pytest.mark.parametrize("bounds", [[0, -1, 2], [2, 1, 2], [0, 2**62, 2], [0, 2, 2]])
def test_bounds_of_words_that_are_damaged(bounds: list[int]) -> None:
    data = pa.py_buffer("aü".encode()[:2])  # half a letter at the end
    arrow = pa.LargeStringArray.from_buffers(2, pa.py_buffer(np.array(bounds, np.int64)), data)
    damaged = Lexicon(arrow, np.array([0, 1, -1, -1], np.int32), Path("x"))
    for word in ("a", "b", "ü", "long"):
        assert damaged.find(word) in (-1, 0, 1)  # wrong it may be, but no more
    with pytest.raises(ArtifactError, match="x is damaged"):
        damaged.words  # noqa: B018
    with pytest.raises(ArtifactError, match="x is damaged"):
        [damaged.word(row) for row in (0, 1)] and damaged.arrow
