from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings.formats import text
from embeddings.formats.detect import read_blocks
from textprep.errors import InputError

Write = Callable[..., Path]

GOOD = "".join(f"word{i} {i}.5 -{i}\n" for i in range(500))


def rows_of(path: Path) -> list[tuple[str, list[float]]]:
    """Words and vectors of all blocks; a last line without its end may come in a block of its own."""
    return [
        row for block in read_blocks(path) for row in zip(block.words.to_pylist(), block.matrix.tolist(), strict=True)
    ]


def test_blocks_come_in_order(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "PIECE_BYTES", 100)
    blocks = list(read_blocks(write(GOOD)))
    assert len(blocks) > 50
    expected = np.loadtxt(io.StringIO(GOOD), np.float32, usecols=(1, 2))
    np.testing.assert_array_equal(np.concatenate([block.matrix for block in blocks]), expected)
    assert [word for block in blocks for word in block.words.to_pylist()] == [f"word{i}" for i in range(500)]


@pytest.mark.parametrize("piece", [64, 1 << 22])
@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"bad 1", "expected a word and 2 numbers"),
        (b"bad 1 2 3", "found more"),
        (b"bad 1 zwei", "'zwei', which is not a finite number"),
        (b"b\xffd 1 2", "the word is not UTF-8"),
        (b"\xed\xa0\x80 1 2", "the word is not UTF-8"),
        (b"b\0d 1 2", "the word holds a NUL byte"),
    ],
)
def test_a_bad_line_is_named(
    write: Write, piece: int, line: bytes, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "PIECE_BYTES", piece)
    lines = GOOD.encode().splitlines(keepends=True)
    for place in (1, 250, 501):
        path = write(b"".join([*lines[: place - 1], line + b"\n", *lines[place - 1 :]]))
        with pytest.raises(InputError, match=problem) as caught:
            list(read_blocks(path))
        assert (caught.value.file, caught.value.line) == (str(path), place)


def test_lines_are_counted_with_header_and_blank_lines(write: Write) -> None:
    with pytest.raises(InputError, match=r"vectors\.txt:6: "):
        list(read_blocks(write("\n3 2\n\na 1 2\n\nb 1 x\n")))


@pytest.mark.parametrize("text", ["2 2\na 1 2\n", "1 2\na 1 2\nb 1 2\n"])
def test_a_header_with_another_number_of_rows(write: Write, text: str) -> None:
    with pytest.raises(InputError, match=r"announces . rows, but there are .; .* or delete the header"):
        list(read_blocks(write(text)))


def test_word2vec_text_with_its_trailing_spaces(write: Write) -> None:
    (block,) = read_blocks(write("2 2\n</s> 1 2 \nb 3 4 \n"))
    assert block.words.to_pylist() == ["</s>", "b"]
    assert block.matrix.tolist() == [[1, 2], [3, 4]]


def test_line_ends_of_every_kind(write: Write) -> None:
    found = rows_of(write(b"\xef\xbb\xbfa 1 2\r\n\r\n \n. . 3 4\nc\rd 5 6"))
    assert found == [("a", [1, 2]), (". .", [3, 4]), ("c\rd", [5, 6])]


@pytest.mark.parametrize("word", ["a\u00a0b", "\u0085", "\u2028x", "\u3000", "क्षि", "👩‍👩‍👧", "\ufeff", "\x1c", "\t"])
def test_only_the_plain_space_separates(write: Write, word: str) -> None:
    (block,) = read_blocks(write(f"x 1 2\n{word} 3 4\n"))
    assert block.words.to_pylist() == ["x", word]


def test_one_very_long_line(write: Write) -> None:
    (block,) = read_blocks(write(b"word" + b" 0.5" * 3_000_000))
    assert block.matrix.shape == (1, 3_000_000)
    assert (block.matrix == 0.5).all()


def test_blank_lines_take_no_room(write: Write) -> None:
    many = 100_000
    path = write(f"word{' 1' * many}\n" + "\n" * (2 * text.PIECE_BYTES))
    assert rows_of(path) == [("word", [1] * many)]


def test_many_short_lines_below_long_ones(write: Write) -> None:
    path = write("".join(f"word{i}{' 1' * 2000}\n" for i in range(1200)) + "x 1\n" * text.PIECE_BYTES)
    with pytest.raises(InputError, match=r"vectors\.txt:1201: expected a word and 2000 numbers"):
        rows_of(path)
