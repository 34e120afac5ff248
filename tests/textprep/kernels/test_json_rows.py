"""JSON strings and numbers, against `json.dumps`; whole rows are tested where they are written."""

import json

import numpy as np
from hypothesis import given, strategies as st

from textprep.kernels.copying import SLACK
from textprep.kernels.json_rows import SMALL, escapes, numerals, quoted

strings = st.lists(
    st.none() | st.text(st.sampled_from('"\\/\b\f\n\r\t\x00\x1f\x7fé😀 a') | st.characters(codec="utf-8"))
)


@given(strings, st.integers(0, 3))
def test_strings_are_quoted_as_python_does(strings: list[str | None], skipped: int) -> None:
    encoded = [(text or "").encode() for text in strings]
    data = np.frombuffer(b"x" * skipped + b"".join(encoded), np.uint8)
    present = np.array([text is not None for text in strings], np.uint8)
    if present.all():
        present = present[:0]
    out, bounds = quoted(data, np.cumsum([skipped, *map(len, encoded)]), present, *escapes())
    found = [out[a:b].tobytes().decode() for a, b in zip(bounds[:-1], bounds[1:], strict=True)]
    assert found == [json.dumps(text, ensure_ascii=False) for text in strings]
    assert len(out) == bounds[-1] + SLACK


def test_small_numbers_are_spelled_in_eight_bytes() -> None:
    eights, sizes = numerals()
    for number in range(SMALL):
        assert eights[number : number + 1].tobytes()[: sizes[number]] == f"{number}, ".encode()
