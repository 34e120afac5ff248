"""Columns of strings between Arrow and numpy, without copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Strings = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]
"""UTF-8 bytes, and where each string begins among them: (bytes,), (strings + 1,)."""


def buffers_of(strings: pa.StringArray | pa.LargeStringArray) -> Strings:
    """The bytes and the bounds of an Arrow array of strings or bytes, as read-only views (32-bit bounds widened)."""
    import pyarrow as pa

    _, bounds, data = strings.buffers()
    begin = strings.offset
    letters = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    letters.flags.writeable = False
    if not len(strings):
        return letters, np.zeros(1, np.int64)
    width = np.int32 if pa.types.is_string(strings.type) or pa.types.is_binary(strings.type) else np.int64
    return letters, np.frombuffer(bounds, width)[begin : begin + len(strings) + 1].astype(np.int64, copy=False)


def strings_of(letters: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64]) -> pa.LargeStringArray:
    """An Arrow array over bytes that are known to be UTF-8."""
    import pyarrow as pa

    return pa.LargeStringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(letters))


def array_of(strings: Sequence[str]) -> pa.LargeStringArray:
    """An Arrow array of Python strings; unlike `pyarrow.array`, this does not import pandas where there is one."""
    joined = "".join(strings)
    letters = joined.encode()
    lengths = map(len, strings) if len(letters) == len(joined) else (len(string.encode()) for string in strings)
    bounds = np.zeros(len(strings) + 1, np.int64)
    np.cumsum(np.fromiter(lengths, np.int64, len(strings)), out=bounds[1:])
    return strings_of(np.frombuffer(letters, np.uint8), bounds)


def taken(
    strings: pa.LargeStringArray, positions: npt.NDArray[np.int32] | npt.NDArray[np.int64]
) -> pa.LargeStringArray:
    """The strings at some positions; unlike `take` with a numpy array, this does not import pandas."""
    import pyarrow as pa

    kind = pa.int32() if positions.dtype == np.int32 else pa.int64()
    return strings.take(
        pa.Array.from_buffers(kind, len(positions), [None, pa.py_buffer(np.ascontiguousarray(positions))])
    )


def distinct(strings: pa.LargeStringArray) -> tuple[npt.NDArray[np.int32], pa.LargeStringArray]:
    """Which distinct one each string is, in order of appearance, -1 for null; and the distinct ones."""
    encoded = strings.dictionary_encode()
    # Not `to_numpy`, which imports pandas where there is one: a third of a second.
    indices, present = encoded.indices, present_in(encoded.indices)
    codes = np.frombuffer(indices.buffers()[1] or b"", np.int32)[indices.offset : indices.offset + len(indices)]
    return np.where(present, codes, np.int32(-1)) if len(present) else codes, encoded.dictionary


def present_in(values: pa.Array) -> npt.NDArray[np.uint8]:
    """Whether each value of an Arrow array is there: 1, or 0 for a null; empty if all are.  # (values,) or (0,)"""
    bits = values.buffers()[0]
    if not values.null_count or bits is None:
        return np.zeros(0, np.uint8)
    every = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    return every[values.offset : values.offset + len(values)]
