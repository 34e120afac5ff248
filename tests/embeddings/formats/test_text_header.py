from pathlib import Path

import pytest

from embeddings.formats.text_header import TextHeader, find_header
from textprep.errors import InputError

PATH = Path("x.txt")


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (b"a 1 2\nb 3 4\n", TextHeader(2)),
        (b"2 2\na 1 2\nb 3 4\n", TextHeader(2, 4, 1, 2)),
        (b"\n2 2 \r\na 1 2 \nb 3 4 \n", TextHeader(2, 7, 2, 2)),
        (b". . 1 2\nb 3 4\nc 5 6\n", TextHeader(2)),
        (b"a 1\nb 2\n", TextHeader(1)),
        (b"7 1.5\n8 2\n", TextHeader(1)),
    ],
)
def test_dimension_and_header(text: bytes, header: TextHeader) -> None:
    assert find_header(text, PATH) == header


@pytest.mark.parametrize("text", [b"", b"\n \r\n", b"0 50\n", b"abc\ndef\n", b"x" * 100_000 + b"\n"])
def test_a_file_without_vectors(text: bytes) -> None:
    with pytest.raises(InputError, match=r"x\.txt: holds no vectors"):
        find_header(text, PATH)


def test_a_header_that_does_not_fit() -> None:
    with pytest.raises(InputError, match=r"x\.txt:1: the header announces dimension 50, but the rows have 2 numbers"):
        find_header(b"2 50\na 1 2\nb 3 4\n", PATH)


def test_a_header_of_thousands_of_digits_is_none(tmp_path: Path) -> None:
    assert find_header(b"1" * 5000 + b" 7\nword 7\n", tmp_path) == TextHeader(1)
