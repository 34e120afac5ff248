from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings.formats import source
from embeddings.formats.source import text_pieces
from textprep.errors import InputError

Write = Callable[..., Path]

TEXT = b"".join(b"word%d %d.5\n" % (i, i) for i in range(5000))


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize("size", [8, 64, 1000, 1 << 22])
def test_pieces_are_whole_lines(write: Write, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "PIECE_BYTES", size)
    packed = gzip.compress(TEXT)
    for path in (write(TEXT), write(packed, "a.gz"), archive(tmp_path / "a.zip", one=TEXT)):
        pieces = list(text_pieces(path))
        assert b"".join(pieces) == TEXT
        assert all(piece.endswith(b"\n") for piece in pieces)


def test_a_missing_last_newline_is_added_and_a_byte_order_mark_taken_away(write: Write) -> None:
    assert list(text_pieces(write(b"\xef\xbb\xbfa 1\nb 2"))) == [b"a 1\nb 2\n"]
    assert list(text_pieces(write(b""))) == []


def test_gzip_is_known_by_its_content_and_may_have_members_and_padding(write: Write) -> None:
    packed = gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(b"last 1\n") + b"\0" * 100
    assert b"".join(text_pieces(write(packed, "no-suffix"))) == TEXT + b"last 1\n"
    assert b"".join(text_pieces(write(TEXT, "plain.gz"))) == TEXT
    assert list(text_pieces(write(gzip.compress(b""), "empty.gz"))) == []


def test_text_that_packs_extremely_well(write: Write) -> None:
    zeros = b"word" + b" 0" * 20_000_000 + b"\n"
    assert b"".join(text_pieces(write(gzip.compress(zeros, 1)))) == zeros


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.9999])
def test_a_file_cut_short(write: Write, tmp_path: Path, kept: float) -> None:
    noise = np.random.default_rng(0).bytes(300_000).hex().encode()
    for packed in (gzip.compress(noise), archive(tmp_path / "a.zip", one=noise).read_bytes()):
        path = write(packed[: int(len(packed) * kept)])
        with pytest.raises(InputError, match=r"cannot be unpacked .*; fetch the file again"):
            list(text_pieces(path))


def test_a_damaged_file(write: Write, tmp_path: Path) -> None:
    for packed in (gzip.compress(TEXT), archive(tmp_path / "a.zip", one=TEXT).read_bytes()):
        middle = len(packed) // 3
        with pytest.raises(InputError, match="cannot be unpacked"):
            list(text_pieces(write(packed[:middle] + b"\xff\xff\xff\xff" + packed[middle + 4 :])))


def test_of_several_members_the_first_is_read_and_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "glove.zip", **{"50d.txt": b"a 1\n", "100d.txt": b"a 2\n"})
    with pytest.warns(UserWarning, match=r"reading 50d\.txt; choose with member=… from the others: 100d\.txt"):
        assert list(text_pieces(path)) == [b"a 1\n"]
    assert list(text_pieces(path, "100d.txt")) == [b"a 2\n"]
    with pytest.raises(InputError, match=r"holds no '25d\.txt'; it holds 50d\.txt, 100d\.txt"):
        list(text_pieces(path, "25d.txt"))
    with pytest.raises(InputError, match="holds no 'file'; it holds nothing"):
        list(text_pieces(archive(tmp_path / "empty.zip")))


def test_a_member_of_what_is_no_archive(write: Write) -> None:
    with pytest.raises(InputError, match=r"is not a zip archive, so it holds no '50d\.txt'"):
        list(text_pieces(write(TEXT), "50d.txt"))


def test_the_first_piece_of_gzip_is_a_full_one_even_if_a_member_is_short(write: Write) -> None:
    first = next(text_pieces(write(gzip.compress(b"2 1\n") + gzip.compress(b"a 1\nb 2\n"))))
    assert first == b"2 1\na 1\nb 2\n"
