"""Document frequencies against sets."""

import numpy as np
from hypothesis import given, strategies as st

from textprep.kernels.document_counts import document_counts


@given(st.lists(st.lists(st.integers(0, 6), max_size=8), max_size=6))
def test_as_sets_would_count(documents: list[list[int]]) -> None:
    codes = np.array([code for document in documents for code in document], np.int32)
    offsets = np.cumsum([0, *map(len, documents)])
    expected = [sum(code in set(document) for document in documents) for code in range(8)]
    assert document_counts(codes, offsets, 8).tolist() == expected
    assert document_counts.function(codes, offsets, 8).tolist() == expected
