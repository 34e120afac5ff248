"""Stretches of bytes replaced, against the same on strings; and room for as many as there are."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, strategies as st

from textprep import Texts
from textprep.changed_stretches import found_stretches, with_stretches
from textprep.edits import EditLog
from textprep.texts import PADDING

NEW = ["", " ", "é", "日本", "long word"]
documents = st.lists(st.text("ab é日😀", max_size=12), min_size=1, max_size=4)
Stretch = tuple[int, int, int]  # start and end in code points, and what stands there then


@st.composite
def stretches(draw: st.DrawFn) -> tuple[list[str], list[list[Stretch]]]:
    strings = draw(documents)
    every = []
    for text in strings:
        bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
        pairs = [(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False) if a < b]
        every.append([(a, b, draw(st.integers(0, len(NEW) - 1))) for a, b in pairs])
    return strings, every


def as_bytes(strings: list[str], every: list[list[Stretch]]) -> tuple[npt.NDArray[np.int64], ...]:
    rows, at = [], 0
    for text, row in zip(strings, every, strict=True):
        rows += [(at + len(text[:a].encode()), at + len(text[:b].encode()), new) for a, b, new in row]
        at += len(text.encode())
    begins, ends, which = np.array(rows, np.int64).reshape(-1, 3).T
    return begins, ends, which.astype(np.int32)


@given(stretches())
def test_it_is_what_strings_give(case: tuple[list[str], list[list[Stretch]]]) -> None:
    strings, every = case
    log = EditLog()
    expected = [log.replace(t, ((a, b, NEW[k]) for a, b, k in row)) for t, row in zip(strings, every, strict=True)]
    texts = Texts.of(strings)
    found = with_stretches(texts, *as_bytes(strings, every), NEW)
    assert found.strings == expected
    data = found.utf8[0]
    assert data.tobytes() == "".join(expected).encode() + bytes(PADDING)
    assert not data.flags.writeable
    if not log.edits():
        assert found is texts
        return
    for name, column in vars(log.edits()).items():
        made = getattr(found.edits[-1], name)
        assert (made.dtype, made.tolist()) == (column.dtype, column.tolist())


@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_there_is_room_for_all(count: int) -> None:
    calls = []

    def find(rows: npt.NDArray[np.int64]) -> int:
        calls.append(rows.shape)
        room = min(rows.shape[1], count)
        rows[:, :room] = np.arange(room), np.arange(room) + 1
        return count

    begins, ends = found_stretches(find, Texts.of(["x" * 64]), 2)
    assert begins.tolist() == list(range(count))
    assert ends.tolist() == list(range(1, count + 1))
    assert len(calls) == 1 + (count > 2)
