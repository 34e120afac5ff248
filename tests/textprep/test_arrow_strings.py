"""Arrow strings as bytes and bounds."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep.arrow_strings import buffers_of, distinct, present_in


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()], ids=str)
@given(strings=st.lists(st.none() | st.text(max_size=5)), cut=st.tuples(st.integers(0, 5), st.integers(0, 5)))
def test_any_slice_is_spelled(kind: pa.DataType, strings: list[str | None], cut: tuple[int, int]) -> None:
    array = pa.array(strings, kind).slice(*cut)
    data, bounds = buffers_of(array)
    assert [data[a:b].tobytes().decode() for a, b in zip(bounds[:-1], bounds[1:], strict=True)] == [
        text or "" for text in array.to_pylist()
    ]
    assert (data.dtype, bounds.dtype, data.flags.writeable) == (np.uint8, np.int64, False)


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()], ids=str)
def test_arrays_of_bytes_are_taken_too(kind: pa.DataType) -> None:
    data, bounds = buffers_of(pa.array([b"a", b"\xff\xff", b""], kind))
    assert (data.tobytes(), bounds.tolist()) == (b"a\xff\xff", [0, 1, 3, 3])


def test_the_bytes_are_not_copied() -> None:
    array = pa.array(["one", "two"])
    assert buffers_of(array)[0].ctypes.data == array.buffers()[2].address


@given(st.lists(st.none() | st.text(max_size=2)), st.integers(0, 9), st.integers(0, 9))
def test_which_are_there(strings: list[str | None], first: int, size: int) -> None:
    array = pa.array(strings, pa.string()).slice(first, size)
    found = present_in(array).tolist()
    assert found == ([int(text is not None) for text in array.to_pylist()] if array.null_count else [])


@given(st.lists(st.none() | st.text("ab", max_size=2)), st.integers(0, 9))
def test_distinct_ones_in_order_of_appearance(strings: list[str | None], first: int) -> None:
    array = pa.array(strings, pa.large_string()).slice(first)
    codes, words = distinct(array)
    assert words.to_pylist() == list(dict.fromkeys(text for text in array.to_pylist() if text is not None))
    assert [words[code].as_py() if code >= 0 else None for code in codes.tolist()] == array.to_pylist()


def test_taking_arrays_apart_does_not_import_pandas() -> None:
    code = (
        "import sys, numpy, pyarrow as pa; from textprep.arrow_strings import distinct, present_in\n"
        "bounds, bits = pa.py_buffer(numpy.array([0, 1, 2, 2])), pa.py_buffer(bytes([3]))\n"
        "words = pa.LargeStringArray.from_buffers(3, bounds, pa.py_buffer(b'aa'), bits)\n"
        "assert distinct(words)[0].tolist() == [0, 0, -1] and present_in(words).tolist() == [1, 1, 0]\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
