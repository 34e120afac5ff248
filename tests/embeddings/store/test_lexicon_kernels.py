from __future__ import annotations

import zlib

import numpy as np
import pyarrow as pa
from hypothesis import given, settings, strategies as st

from embeddings.store.lexicon_kernels import build_table, crc32, find_rows
from textprep.arrow_strings import buffers_of


@given(st.binary())
@settings(deadline=None)
def test_crc32_is_that_of_zlib(data: bytes) -> None:
    assert crc32.py_func(np.frombuffer(data, np.uint8), 0, len(data)) == zlib.crc32(data)


def plain_table(words: list[bytes], slots: int) -> tuple[list[int], list[bool]]:
    """`build_table` in plain Python."""
    table, new = [-1] * slots, []
    for row, word in enumerate(words):
        slot = zlib.crc32(word) % slots
        while table[slot] >= 0 and words[table[slot]] != word:
            slot = (slot + 1) % slots
        new.append(table[slot] < 0)
        if new[-1]:
            table[slot] = row
    return table, new


@given(st.lists(st.binary(max_size=2)))
@settings(deadline=None)
def test_the_table_is_the_plain_one(words: list[bytes]) -> None:
    slots = 1 << (2 * len(words)).bit_length()
    table = np.empty(slots, np.int32)
    buffers = buffers_of(pa.array(words, pa.large_binary()))
    new = build_table(*buffers, table)
    assert (table.tolist(), new.tolist()) == plain_table(words, slots)
    assert find_rows(*buffers, *buffers, table).tolist() == [words.index(word) for word in words]


def test_words_that_count_up_do_not_crowd() -> None:
    words = [f"word{i:06}" for i in range(100_000)]
    table = np.empty(1 << 18, np.int32)
    build_table(*buffers_of(pa.array(words, pa.large_string())), table)
    taken = np.flatnonzero(table >= 0)
    home = np.array([zlib.crc32(words[row].encode()) % len(table) for row in table[taken]])
    assert ((taken - home) % len(table)).mean() < 2
