"""The two ways back from words to tokens, against plain Python."""

import numpy as np
from hypothesis import given, strategies as st

from textprep.kernels.gather import expand, recode

documents = st.lists(st.lists(st.integers(0, 3)), min_size=1)


def columns(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    codes = np.array([code for row in rows for code in row], np.int32)
    starts = np.arange(len(codes), dtype=np.int32) * 10
    ends = starts + codes + 1  # the word with code c has c + 1 characters
    return codes, starts, ends, np.cumsum([0, *map(len, rows)])


@given(documents, st.lists(st.integers(-1, 5), min_size=4, max_size=4))
def test_recode(rows: list[list[int]], new: list[int]) -> None:
    codes, starts, ends, offsets = columns(rows)
    kept = recode(codes, starts, ends, offsets, np.array(new, np.int32))
    assert codes[:kept].tolist() == [new[code] for row in rows for code in row if new[code] >= 0]
    assert np.diff(offsets).tolist() == [sum(new[code] >= 0 for code in row) for row in rows]
    flat = [(k, code) for k, code in enumerate(code for row in rows for code in row) if new[code] >= 0]
    assert list(zip(starts[:kept], ends[:kept], strict=True)) == [(10 * k, 10 * k + code + 1) for k, code in flat]


@given(documents, st.booleans())
def test_expand(rows: list[list[int]], all_spelt: bool) -> None:
    pieces = [[], [(7, 0, 2)], [(5, 0, 1), (6, 1, 3)], [(5, 0, 4), (5, 2, 2)]]  # each with its place in the word
    codes, starts, ends, offsets = columns(rows)
    bounds = np.cumsum([0, *map(len, pieces)])
    flat = [(form, begin, code + 1 - end) for code, row in enumerate(pieces) for form, begin, end in row]
    arrays = map(np.ascontiguousarray, np.array(flat, np.int32).T)
    spelt = np.zeros(0, np.uint8) if all_spelt else (codes != 3).astype(np.uint8)
    count = sum(len(pieces[code]) for row in rows for code in row)
    found = [np.empty(count, np.int32) for _ in range(3)]
    new_offsets = np.empty_like(offsets)
    expand(codes, starts, ends, offsets, spelt, bounds, *arrays, *found, new_offsets)
    expected = [
        (form, 10 * k + begin, 10 * k + end) if code != 3 or all_spelt else (form, 10 * k, 10 * k + 4)
        for k, code in enumerate(code for row in rows for code in row)
        for form, begin, end in pieces[code]
    ]
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected
    assert np.diff(new_offsets).tolist() == [sum(len(pieces[code]) for code in row) for row in rows]
