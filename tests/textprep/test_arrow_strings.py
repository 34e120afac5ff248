"""Arrow strings as bytes and bounds."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep.arrow_strings import buffers_of


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()], ids=str)
@given(strings=st.lists(st.none() | st.text(max_size=5)), cut=st.tuples(st.integers(0, 5), st.integers(0, 5)))
def test_any_slice_is_spelled(kind: pa.DataType, strings: list[str | None], cut: tuple[int, int]) -> None:
    array = pa.array(strings, kind).slice(*cut)
    data, bounds = buffers_of(array)
    assert [data[a:b].tobytes().decode() for a, b in zip(bounds[:-1], bounds[1:], strict=True)] == [
        text or "" for text in array.to_pylist()
    ]
    assert (data.dtype, bounds.dtype, data.flags.writeable) == (np.uint8, np.int64, False)


def test_the_bytes_are_not_copied() -> None:
    array = pa.array(["one", "two"])
    assert buffers_of(array)[0].ctypes.data == array.buffers()[2].address
