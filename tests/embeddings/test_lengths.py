from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from embeddings.lengths import lengths, unit

MATRICES = arrays(
    np.float32, st.tuples(st.integers(1, 8), st.integers(1, 5)), elements=st.floats(-(2.0**127), 2.0**127, width=32)
)


@given(MATRICES, st.sampled_from([1, 1e-10, 1e-19, 1e-25, 1e-38, 1e-44]))
def test_lengths_are_those_of_double_precision(matrix: np.ndarray, scale: float) -> None:
    matrix = (matrix.astype(float) / np.abs(matrix, dtype=float).max(initial=1) * scale).astype(np.float32)
    expected = np.sqrt((matrix.astype(float) ** 2).sum(axis=1))
    found = lengths(matrix)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected.astype(np.float32), rtol=1e-6)


@given(MATRICES)
def test_unit_vectors_have_length_one_and_their_direction(matrix: np.ndarray) -> None:
    units = unit(matrix)
    wide = matrix.astype(float)
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    np.testing.assert_allclose(np.linalg.norm(units, axis=1), norms[:, 0] > 0, atol=1e-6)
    np.testing.assert_allclose(units * norms, wide, rtol=1e-6, atol=1e-7 * norms.max())
    np.testing.assert_array_equal(unit(matrix[0]), units[0])


def test_a_length_beyond_float32_is_infinite() -> None:
    assert lengths(np.full((1, 4), 3e38, np.float32)) == np.inf
    np.testing.assert_allclose(unit(np.full(4, 3e38, np.float32)), 0.5)
