"""Lines of words with and without words, and nothing written beyond them."""

import numpy as np

from textprep.kernels.copying import SLACK
from textprep.kernels.text_rows import text_rows


def test_lines() -> None:
    words = np.frombuffer(b"one" + b"" + b"seventeen" + bytes(SLACK), np.uint8)
    bounds, codes = np.array([0, 3, 3, 12]), np.array([2, 0, 1, 1, 0], np.int32)
    expected = b"seventeen one\n\n\n \n one\n"
    out = np.full(len(expected) + SLACK + 5, 7, np.uint8)
    codes = np.array([2, 0, 1, 1, 1, 1, 0], np.int32)
    assert text_rows(words, bounds, codes, np.array([0, 2, 2, 3, 5, 7]), out) == len(expected)
    assert out[: len(expected)].tobytes() == expected
    assert out[-5:].tolist() == [7] * 5
