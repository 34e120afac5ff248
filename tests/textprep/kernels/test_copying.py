"""Copying bytes, against slices."""

import numba
import numpy as np
import pytest

from textprep.kernels.copying import copied


@numba.njit
def copy(source, begin, end, out, at):
    return copied(source, begin, end, out, at)


@pytest.mark.parametrize(("begin", "end", "at"), [(0, 5, 0), (1, 4, 3), (2, 2, 4), (4, 5, 7)])
def test_the_bytes_land_where_they_should_and_nowhere_else(begin: int, end: int, at: int) -> None:
    source, out = np.arange(1, 6, dtype=np.uint8), np.zeros(8, np.uint8)
    expected = out.copy()
    expected[at : at + end - begin] = source[begin:end]
    assert copy(source, begin, end, out, at) == at + end - begin
    assert out.tolist() == expected.tolist()
