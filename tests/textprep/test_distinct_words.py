"""Distinct words counted, against sets."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep.distinct_words import DistinctWords


def words(first: int, last: int) -> pa.Array:
    return pa.array([f"word {k}" for k in range(first, last)], pa.large_string())


@given(st.lists(st.lists(st.text(max_size=2))))
def test_few_words_are_counted_exactly(batches: list[list[str]]) -> None:
    counted = DistinctWords()
    for batch in batches:
        counted.add(pa.array(batch, pa.large_string()))
    assert counted.count == len({word for batch in batches for word in batch})
    assert counted.error == 0


def test_a_full_table_is_exact_and_one_word_more_is_not() -> None:
    counted = DistinctWords(slots=1 << 10)
    counted.add(words(0, 512))
    assert (counted.count, counted.error) == (512, 0)
    counted.add(words(0, 513))
    assert counted.error == pytest.approx(1.2 / 512**0.5)


@pytest.mark.parametrize("distinct", [5_000, 50_000, 300_000])
def test_many_words_are_counted_within_the_stated_error(distinct: int) -> None:
    counted = DistinctWords(slots=1 << 13)
    for first in range(0, distinct, 7_000):
        counted.add(words(max(first - 3_000, 0), min(first + 7_000, distinct)))  # some for the second time
    assert counted.count == pytest.approx(distinct, rel=3 * counted.error)
    assert 0 < counted.error < 0.02
