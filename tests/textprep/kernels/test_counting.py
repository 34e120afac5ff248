"""Counts of tokens and documents against lists and sets."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep.kernels.counting import count_words


@pytest.mark.parametrize("run", [count_words, count_words.function], ids=["compiled", "plain"])
@given(st.lists(st.lists(st.integers(0, 6), max_size=8), max_size=6))
def test_as_lists_and_sets_would_count(run, documents):
    codes = np.array([code for document in documents for code in document], np.int32)
    table = np.zeros((8, 3), np.int64)
    run(codes, np.cumsum([0, *map(len, documents)]), table)
    assert table[:, 0].tolist() == [sum(document.count(code) for document in documents) for code in range(8)]
    assert table[:, 1].tolist() == [sum(code in set(document) for document in documents) for code in range(8)]
