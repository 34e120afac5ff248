import numpy as np
import pytest

from embeddings.formats.text_line import read_line, strip_line


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b"cat 1 -2.5", b"cat"),
        (b"cat 1 -2.5\n", b"cat"),
        (b"cat 1 -2.5\r\n", b"cat"),
        (b"cat 1 -2.5 \n", b"cat"),
        (b"to name@domain.com 1 -2.5", b"to name@domain.com"),
        (b". . . 1 -2.5", b". . ."),
        ("a\u00a0b\u0085 1 -2.5".encode(), "a\u00a0b\u0085".encode()),
        (b"7 1 -2.5", b"7"),
        (b"\t 1 -2.5", b"\t"),
    ],
)
def test_the_last_fields_are_the_numbers(line: bytes, word: bytes) -> None:
    found, numbers = read_line(line, 2)
    assert found == word
    np.testing.assert_array_equal(numbers, np.array([1, -2.5], np.float32))


@pytest.mark.parametrize("number", ["1", "+1", "-0.0", ".5", "5.", "1e-05", "1E+5", "1e-60", "00012.50", "16777217"])
def test_accepted_numbers_are_those_of_numpy(number: str) -> None:
    _, numbers = read_line(f"w {number}".encode(), 1)
    assert numbers.tobytes() == np.float32(number).tobytes()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"cat 1", "expected a word and 2 numbers, found only 2 fields"),
        (b"cat", "found only 1 fields"),
        (b"cat 1 2 3", "expected a word and 2 numbers, found more"),
        (b"cat 1 x", "number 2 of 2 is 'x', which is not a finite number"),
        (b"cat nan 1", "'nan', which is not a finite number"),
        (b"cat 1 inf", "'inf', which is not a finite number"),
        (b"cat 1 1_0", "'1_0'"),
        (b"cat 1 0x1p3", "'0x1p3'"),
        (b"cat 1 1e", "'1e'"),
        (b"cat 1 .", "'.'"),
        (b"cat 1 1e39", "'1e39' is too large for float32"),
        (b"cat 1\t2 3", r"number 1 of 2 is '1\\t2'"),
        (b" 1 2", "the word is empty"),
        (b"cat  1 2", "ends with a space"),
        (b"cat 1  2", "number 1 of 2 is ''"),
        (b"cat 1 " + b"9" * 90, "… is|…' is too large"),
    ],
)
def test_what_is_wrong_is_said(line: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_line(line, 2)


def test_only_the_end_of_a_line_is_stripped() -> None:
    assert strip_line(b"\t a  \r\n") == b"\t a"
