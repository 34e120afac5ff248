from __future__ import annotations

import gzip
import lzma
import zipfile
from collections.abc import Callable, Generator
from io import BufferedReader
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from embeddings import WordVectors
from embeddings.formats.detect import FORMATS, read_blocks
from embeddings.row_block import RowBlock
from textprep.errors import InputError

Write = Callable[..., Path]

MARK = b"\x93A format of this test\n"
TEXT = b"one 1 2\ntwo 3 4\n"


@pytest.fixture(scope="module", autouse=True)
def another_format() -> None:
    @FORMATS.register("of_a_test")
    class OfATest:
        """After the mark, single letters, each with its code as its vector."""

        def fits(self, beginning: bytes) -> bool:
            return beginning.startswith(MARK)

        def read(self, stream: BufferedReader, path: Path) -> Generator[RowBlock]:
            assert stream.read(len(MARK)) == MARK
            letters = stream.read().decode()
            yield RowBlock(pa.array(letters, pa.large_string()), np.array([[ord(x)] for x in letters], np.float32))


def zipped(path: Path, content: bytes) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("member", content)
    return path.read_bytes()


def test_the_content_tells_the_format_however_it_is_packed_and_called(write: Write, tmp_path: Path) -> None:
    for pack in (bytes, gzip.compress, lzma.compress, lambda content: zipped(tmp_path / "a.zip", content)):
        assert WordVectors.open(write(pack(MARK + b"ab"), "one.txt"))["b"].tolist() == [98]
        assert WordVectors.open(write(pack(TEXT), "two.bin"))["two"].tolist() == [3, 4]


def test_what_no_format_claims_is_read_as_text(write: Write) -> None:
    with pytest.raises(InputError, match=r"vectors\.txt: holds no vectors.* is it text\?"):
        list(read_blocks(write(b"\x80\x04\x95" * 1000)))
    assert set(FORMATS) == {"of_a_test", "text"}


def test_a_file_cut_short(write: Write) -> None:
    noise = "".join(f"word{i} {i}\n" for i in range(5000)).encode()
    for kept in (15, 0.5, 0.999):
        packed = gzip.compress(noise)
        short = packed[: int(kept * len(packed)) if kept < 1 else int(kept)]
        with pytest.raises(InputError, match="cannot be unpacked"):
            list(read_blocks(write(short)))


def test_damaged_files_of_every_packing_are_refused_or_read(tmp_path: Path) -> None:
    random = Random(0)
    text = "".join(f"wört{i} {i / 7:.4f} -{i}e-{i % 5} .5\n" for i in range(60)).encode()
    path = tmp_path / "vectors"
    for packed in (text, b"60 3\n" + text, gzip.compress(text), lzma.compress(text), zipped(path, text)):
        refused = 0
        for _ in range(200):
            at, new = (
                random.randrange(len(packed)),
                random.choice([b"", b" ", b"\n", b"\0", b"nan", b"\xff", b"9" * 30]),
            )
            path.write_bytes(packed[:at] + new + packed[at + random.randrange(3) :])
            try:
                assert all(np.isfinite(block.matrix).all() for block in read_blocks(path))
            except InputError:
                refused += 1
        assert refused > 50
