from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st

from embeddings.search.nearest import nearest_rows, unit


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(-1, 45), st.sets(st.integers(0, 39)))
def test_rows_are_those_of_a_full_sort(seed: int, words: int, k: int, exclude: set[int]) -> None:
    exclude = {row for row in exclude if row < words}
    matrix = np.random.default_rng(seed).integers(-1, 2, (words, 3)).astype(np.float32)  # many equal and zero rows
    vector = np.array([1, 2, -1], np.float32)
    norms = np.linalg.norm(matrix, axis=1)
    expected = matrix.astype(float) @ vector / np.maximum(norms, 1e-9) / np.linalg.norm(vector)
    order = sorted((row for row in range(words) if row not in exclude), key=lambda row: (-round(expected[row], 5), row))
    rows, cosines = nearest_rows(matrix @ unit(vector), norms, k, sorted(exclude))
    assert len(rows) == len(order[: max(k, 0)])
    np.testing.assert_allclose(cosines, expected[order[: len(rows)]], atol=1e-6)
    assert len(set(rows)) == len(rows)
    assert not exclude & set(rows)
    np.testing.assert_allclose(expected[rows], cosines, atol=1e-6)


def test_equal_cosines_stand_in_row_order() -> None:
    matrix = np.tile(np.eye(2, dtype=np.float32), (50, 1))
    rows, cosines = nearest_rows(matrix @ matrix[0], np.ones(100, np.float32), 3, [0])
    assert (rows, cosines) == ([2, 4, 6], [1, 1, 1])


def test_unit() -> None:
    np.testing.assert_allclose(unit(np.array([3, 4], np.float32)), [0.6, 0.8])
    np.testing.assert_array_equal(unit(np.zeros(2, np.float32)), [0, 0])
