"""Ragged rows and padded matrices, against plain loops."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep import Ids

rows = st.lists(st.lists(st.integers(1, 9)))


def ids(of: list[list[int]]) -> Ids:
    return Ids(np.array([value for row in of for value in row], np.int32), np.cumsum([0, *map(len, of)]))


@given(rows, st.none() | st.integers(1, 4), st.integers(-1, 1), st.data())
def test_padded(values: list[list[int]], longest: int | None, padding: int, data: st.DataObject) -> None:
    chosen = data.draw(st.none() | st.lists(st.integers(0, len(values) - 1)) if values else st.none())
    cut = [values[k][:longest] for k in (range(len(values)) if chosen is None else chosen)]
    width = max(map(len, cut), default=0)
    matrix = ids(values).padded(chosen, longest, padding)
    assert matrix.shape == (len(cut), width)
    assert matrix.tolist() == [row + [padding] * (width - len(row)) for row in cut]


@given(rows)
def test_rows(values: list[list[int]]) -> None:
    found = ids(values)
    assert [found[k].tolist() for k in range(len(found))] == values
    assert found.lengths.tolist() == list(map(len, values))
    assert found.to_arrow().to_pylist() == values
    with pytest.raises(IndexError, match="document"):
        found[len(values)]
