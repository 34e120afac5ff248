"""Sums by column against a dense matrix."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep.kernels.sparse_rows import sum_rows

COLUMNS, VALUES = np.array([2, -1, 0, 2], np.int32), np.array([1, 5, -3, 10])


@pytest.mark.parametrize("run", [sum_rows, sum_rows.function], ids=["compiled", "plain"])
@given(st.lists(st.lists(st.integers(0, 3), max_size=8), max_size=6))
def test_as_a_dense_matrix(run, documents):
    codes = np.array([code for document in documents for code in document], np.int32)
    bounds = np.empty(len(documents) + 1, np.int64)
    indices, data = np.empty(len(codes), np.int32), np.empty(len(codes), np.int64)
    offsets = np.cumsum([0, *map(len, documents)])
    run(codes, offsets, COLUMNS, VALUES, np.full(3, -1, np.int64), bounds, indices, data)
    for row, document in enumerate(documents):
        expected = [sum(VALUES[code] for code in document if COLUMNS[code] == column) for column in range(3)]
        found = np.zeros(3, np.int64)
        entries = slice(bounds[row], bounds[row + 1])
        assert len(set(indices[entries])) == len(indices[entries])
        found[indices[entries]] = data[entries]
        assert found.tolist() == expected
