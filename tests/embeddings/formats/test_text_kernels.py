"""The compiled reader against `embeddings/formats/text_line.py` and against numpy's own reading of numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import example, given, settings, strategies as st
from numpy.typing import NDArray

from embeddings.formats.text import read_piece
from embeddings.formats.text_kernels import parse_rows
from embeddings.formats.text_line import read_line, strip_line
from textprep.errors import InputError

DIMENSION = 2


def kernel(text: bytes, dimension: int) -> tuple[NDArray[np.float32], list[bytes], list[bool]]:
    lines = text.count(b"\n")
    matrix, spans = np.empty((lines, dimension), np.float32), np.empty((lines, 3), np.int64)
    odd = np.empty(lines, np.bool_)
    rows = parse_rows(np.frombuffer(text, np.uint8), matrix, spans, odd)
    return matrix[:rows], [text[a:b] for a, b, _ in spans[:rows]], odd[:rows].tolist()


def assert_equal_to_numpy(numbers: list[str]) -> int:
    """Read as rows of one number; returns how many the kernel left to the plain reader."""
    text = "".join(f"w{i} {number}\n" for i, number in enumerate(numbers)).encode()
    matrix = read_piece(text, 1, Path("numbers.txt")).matrix
    expected = np.array(numbers, dtype="S").astype(np.float64).astype(np.float32)
    np.testing.assert_array_equal(matrix[:, 0].view(np.uint32), expected.view(np.uint32))
    return sum(kernel(text, 1)[2])


def test_hundreds_of_thousands_of_random_numbers_in_every_form() -> None:
    random = np.random.default_rng(0)
    short = random.standard_normal(60_000)
    wide = random.standard_normal(60_000) * 10.0 ** random.integers(-48, 38, 60_000)
    odd = assert_equal_to_numpy([f"{x:.5g}" for x in short])
    odd += assert_equal_to_numpy([f"{x:.4f}" for x in short])
    odd += assert_equal_to_numpy([repr(x) for x in short.tolist()])
    odd += assert_equal_to_numpy([f"{x:+.25E}" for x in wide])
    odd += assert_equal_to_numpy([str(x) for x in random.standard_normal(60_000, np.float32)])
    assert_equal_to_numpy([f"{x:.6e}" for x in wide])  # has whole numbers in the middle between two float32
    assert odd <= 2  # the shortcut is exact, and it is nearly always taken


def test_numbers_beside_and_on_the_middle_between_two_float32() -> None:
    low = np.abs(np.random.default_rng(1).standard_normal(3000).astype(np.float32))
    middle = (low.astype(np.float64) + np.nextafter(low, np.float32(9)).astype(np.float64)) / 2
    for neighbour in (middle, np.nextafter(middle, 0), np.nextafter(middle, 9)):
        assert_equal_to_numpy([repr(x) for x in neighbour.tolist()])
        assert_equal_to_numpy([f"{x:.60f}" for x in neighbour.tolist()])


def test_the_edges_of_the_range() -> None:
    edges = ["0", "-0", "-0.0", "0e99999", "1e-99999", "1e-45", "7e-46", "1.401298464324817e-45", "1.17549435e-38"]
    edges += ["3.4028234663852886e38", "3.4028235e+38", "0." + "0" * 60 + "1e61", "1" + "0" * 60 + "e-60"]
    edges += [
        "9" * 19,
        "9" * 20,
        "0." + "9" * 40,
        "16777217",
        "33554435",
        "1e22",
        "1e23",
        "123456789012345678901234567890",
    ]
    assert_equal_to_numpy(edges)


fields = st.one_of(
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from("1 -2.5 +.5 1e-05 1e39 nan -inf x . 1_0 0x1 5. 1e \t é".split(" ")),
    st.just(""),
    st.from_regex(r"[+-]?[0-9]{0,22}\.?[0-9]{0,22}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
lines = st.builds(
    lambda words, end: " ".join(words).encode() + end,
    st.lists(fields, max_size=5),
    st.sampled_from([b"\n", b"\r\n", b" \n", b"  \n", b"\r \n"]),
)


@given(st.lists(lines, max_size=6))
@example([b"a 1 2 3\n", b"b\n"])
@settings(max_examples=400, deadline=None)
def test_a_row_that_is_not_odd_is_what_the_plain_reader_reads(rows: list[bytes]) -> None:
    matrix, words, odd = kernel(b"".join(rows), DIMENSION)
    kept = [line for line in rows if strip_line(line).strip(b" \r")]
    assert len(kept) == len(matrix) == len(words)
    for line, numbers, word, strange in zip(kept, matrix, words, odd, strict=True):
        if not strange:
            expected_word, expected = read_line(line, DIMENSION)
            assert (word, numbers.tobytes()) == (expected_word, expected.tobytes())


words = st.text(st.characters(exclude_characters=" \n\r\0", exclude_categories=["Cs"]), min_size=1)
numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(words, st.tuples(numbers, numbers, numbers))))
@settings(max_examples=200, deadline=None)
def test_words_of_any_script_survive(rows: list[tuple[str, tuple[float, ...]]]) -> None:
    text = "".join(f"{word} {' '.join(map(repr, values))}\n" for word, values in rows).encode()
    block = read_piece(text, 3, Path("words.txt"))
    assert block.words.to_pylist() == [word for word, _ in rows]
    expected = np.array([values for _, values in rows], np.float32).reshape(-1, 3)
    np.testing.assert_array_equal(block.matrix.view(np.uint32), expected.view(np.uint32))


@given(st.binary())
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    try:
        read_piece(noise + b"\n", 1, Path("noise"))
    except InputError as error:
        assert error.line is not None
