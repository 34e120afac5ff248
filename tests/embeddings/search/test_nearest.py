from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st

from embeddings.lengths import lengths, unit
from embeddings.search.nearest import cosines, nearest_rows
from embeddings.store.vector_rows import Float32Rows


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(-1, 45), st.sets(st.integers(0, 39)))
def test_rows_are_those_of_a_full_sort(seed: int, words: int, k: int, exclude: set[int]) -> None:
    exclude = {row for row in exclude if row < words}
    matrix = np.random.default_rng(seed).integers(-1, 2, (words, 3)).astype(np.float32)  # many equal and zero rows
    vector = np.array([1, 2, -1], np.float32)
    norms = np.linalg.norm(matrix, axis=1)
    expected = matrix.astype(float) @ vector / np.maximum(norms, 1e-9) / np.linalg.norm(vector)
    order = sorted((row for row in range(words) if row not in exclude), key=lambda row: (-round(expected[row], 5), row))
    rows, found = nearest_rows(cosines(Float32Rows(matrix), norms, vector), k, sorted(exclude))
    assert len(rows) == len(order[: max(k, 0)])
    np.testing.assert_allclose(found, expected[order[: len(rows)]], atol=1e-6)
    assert len(set(rows)) == len(rows)
    assert not exclude & set(rows)
    np.testing.assert_allclose(expected[rows], found, atol=1e-6)


def test_equal_cosines_stand_in_row_order() -> None:
    matrix = np.tile(np.eye(2, dtype=np.float32), (50, 1))
    rows, found = nearest_rows(matrix @ matrix[0], 3, [0])
    assert (rows, found) == ([2, 4, 6], [1, 1, 1])


NUMBERS = st.sampled_from([0, 1, -2, 1e30, -3e30, 3e38, 1e-30, -2e-30, 1e-19, 1e-38, 3e-45]) | st.floats(
    width=32, allow_nan=False, allow_infinity=False
)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=20), st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_cosines_of_numbers_of_any_size(rows: list[tuple[float, ...]], vector: tuple[float, ...]) -> None:
    matrix, query = np.array(rows, np.float32), np.array(vector, np.float32)
    wide, towards = matrix.astype(np.longdouble), query.astype(np.longdouble)
    sizes = np.sqrt((wide**2).sum(axis=1)) * np.sqrt((towards**2).sum())
    expected = np.where(sizes > 0, wide @ towards / np.where(sizes > 0, sizes, 1), 0)
    found = cosines(Float32Rows(matrix), lengths(matrix), query)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected.astype(float), atol=2e-6)


def test_many_rows_of_any_size_among_ordinary_ones() -> None:
    random = np.random.default_rng(0)
    matrix = random.standard_normal((20_000, 5))
    scales = random.choice([1e-36, 1e-20, 1, 1e20, 1e36], (20_000, 1))
    vectors = (matrix * scales).astype(np.float32)
    found = cosines(Float32Rows(vectors), lengths(vectors), vectors[0])
    np.testing.assert_allclose(found, unit(matrix) @ unit(matrix[0]), atol=1e-5)
