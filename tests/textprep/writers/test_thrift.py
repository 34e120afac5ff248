"""The compact protocol: pyarrow's own footers, and numbers of every size."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from textprep.writers import thrift
from textprep.writers.thrift import binary, i32, i64, list_of, read_struct, struct, write_struct


def footer(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=1)
    file = sink.getvalue().to_pybytes()
    size = int.from_bytes(file[-8:-4], "little")
    return file[-8 - size : -8]


@pytest.mark.parametrize("columns", [1, 20])
def test_what_pyarrow_wrote_comes_back_byte_for_byte(columns):
    table = pa.table({f"c{k}": [k * 1e6, -1.0] for k in range(columns)} | {"deep": [[{"a": [True]}], None]})
    data = footer(table)
    fields, end = read_struct(data)
    assert end == len(data)
    assert write_struct(fields) == data


longs = st.integers(-(2**63), 2**63 - 1)
values = st.recursive(
    st.builds(i64, longs) | st.builds(i32, st.integers(-(2**31), 2**31 - 1)) | st.builds(binary, st.binary()),
    lambda inner: (
        st.builds(struct, st.dictionaries(st.integers(1, 300), inner))
        | st.builds(list_of, st.lists(st.builds(i64, longs), min_size=1, max_size=20))
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.integers(1, 1000), values))
def test_any_struct_comes_back(fields):
    data = write_struct(fields)
    assert read_struct(data + b"more") == (fields, len(data))


def test_bytes_by_hand():
    # Field 1: i32 -1; field 20, beyond a step of 15: true; field 21: a list of two i64.
    fields = {1: i32(-1), 20: (thrift.TRUE, None), 21: list_of([i64(150), i64(-3)])}
    assert write_struct(fields) == bytes([0x15, 0x01, 0x01, 0x28, 0x19, 0x26, 0xAC, 0x02, 0x05, 0x00])


def test_a_map_is_refused():
    with pytest.raises(ValueError, match="map"):
        read_struct(bytes([0x10 | thrift.MAP, 0]))
