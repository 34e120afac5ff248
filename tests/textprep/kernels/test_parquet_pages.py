"""Parts of Parquet pages, decoded in plain Python by the format's own description (Encodings.md)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep.kernels.parquet_pages import delta_packed, list_levels, with_lengths


def varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return number, at


def zigzag(data: bytes, at: int) -> tuple[int, int]:
    number, at = varint(data, at)
    return (number >> 1) ^ -(number & 1), at


def runs(data: bytes) -> list[int]:
    levels, at = [], 0
    while at < len(data):
        head, at = varint(data, at)
        assert head & 1 == 0
        levels += [data[at]] * (head >> 1)
        at += 1
    return levels


def unpacked(data: bytes) -> list[int]:
    block, at = varint(data, 0)
    miniblocks, at = varint(data, at)
    count, at = varint(data, at)
    first, at = zigzag(data, at)
    values = [first][:count]
    while len(values) < count:
        least, at = zigzag(data, at)
        widths, at = data[at : at + miniblocks], at + miniblocks
        for width in widths:
            assert width <= 32
            size = block // miniblocks * width // 8
            packed = int.from_bytes(data[at : at + size], "little") if len(values) < count else 0
            at += size
            for k in range(min(block // miniblocks, count - len(values))):
                step = packed >> (k * width) & ((1 << width) - 1)
                values.append((values[-1] + least + step + 2**31) % 2**32 - 2**31)  # 32 bits, as the format has it
    assert at == len(data)
    return values


numbers = st.integers(-(2**31), 2**31 - 1) | st.integers(0, 40)


@given(st.lists(numbers, max_size=300))
def test_numbers_come_back(values: list[int]) -> None:
    assert unpacked(delta_packed(np.array(values, np.int32)).tobytes()) == values


@pytest.mark.parametrize("count", [0, 1, 2, 32, 33, 34, 128, 129, 130, 257])
@pytest.mark.parametrize("step", [0, 1, 5, -3, 1 << 20])
def test_numbers_at_the_ends_of_blocks(count: int, step: int) -> None:
    values = [(k * step + k % 3) % (1 << 31) for k in range(count)]
    assert unpacked(delta_packed(np.array(values, np.int32)).tobytes()) == values


def test_the_widest_steps() -> None:
    values = [-(2**31), 2**31 - 1, -(2**31), 0, 2**31 - 1] * 30
    assert unpacked(delta_packed(np.array(values, np.int32)).tobytes()) == values


def test_neighbouring_numbers_take_few_bits() -> None:
    starts = np.arange(0, 6400, 5, dtype=np.int32) + np.arange(1280, dtype=np.int32) % 4
    assert len(delta_packed(starts)) < len(starts) * 4 / 8  # three bits a number and the blocks' heads


@given(st.lists(st.integers(0, 3) | st.integers(120, 300), max_size=20), st.integers(0, 9))
def test_levels_of_lists(lengths: list[int], first: int) -> None:
    repetition, definition = list_levels(np.cumsum([first, *lengths]))
    assert runs(repetition.tobytes()) == [int(k > 0) for length in lengths for k in range(max(length, 1))]
    assert runs(definition.tobytes()) == [3 if length else 1 for length in lengths for _ in range(max(length, 1))]


@given(st.lists(st.binary(max_size=300)))
def test_strings_with_their_lengths(strings: list[bytes]) -> None:
    data = np.frombuffer(b"".join(strings), np.uint8)
    found = with_lengths(data, np.cumsum([0, *map(len, strings)])).tobytes()
    assert found == b"".join(len(each).to_bytes(4, "little") + each for each in strings)
