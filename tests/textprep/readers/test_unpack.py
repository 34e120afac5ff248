from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from textprep.errors import InputError
from textprep.readers.unpack import open_unpacked, packing_by_content, packing_by_name

Write = Callable[[bytes], Path]

TEXT = b"".join(b"word%d %d.5\n" % (i, i) for i in range(5000))


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Write bytes to a file whose name tells nothing; the next one replaces it."""
    path = tmp_path_factory.mktemp("packed") / "file"

    def write(content: bytes) -> Path:
        path.write_bytes(content)
        return path

    return write


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.compress(content, "zstd", asbytes=True)
    return packed


def contents(path: Path, member: str | None = None) -> bytes:
    with open_unpacked(path, packing_by_content(path), member) as stream:
        return stream.read()


def test_the_name_tells():
    names = ["a.txt.gz", "A.TGZ", "a.xz", "a.txz", "a.bz2", "a.zst", "a.zip", "a.txt", "gz"]
    packings = ["gzip", "gzip", "xz", "xz", "bzip2", "zstd", "zip", None, None]
    assert [packing_by_name(Path(name)) for name in names] == packings


def test_the_content_tells(write, tmp_path):
    packings = (gzip.compress, lzma.compress, bz2.compress, zstd)
    zipped = archive(tmp_path / "a", one=TEXT).read_bytes()
    for packed in (TEXT, zipped, *(pack(TEXT) for pack in packings)):
        assert contents(write(packed)) == TEXT
    for pack in packings:
        assert contents(write(pack(TEXT) + pack(b"more"))) == TEXT + b"more"
    assert contents(write(b"")) == b""


@given(st.lists(st.binary(), min_size=1), st.integers(0, 200), st.integers(1, 50))
@settings(deadline=None)
def test_gzip_of_any_members_and_padding_in_pieces_of_any_size(write, members, padding, size):
    path = write(b"\0".join(map(gzip.compress, members)) + b"\0" * padding)
    with open_unpacked(path, "gzip") as stream:
        pieces = list(iter(lambda: stream.read(size), b""))
    assert b"".join(pieces) == b"".join(members)
    assert all(len(piece) == size for piece in pieces[:-1])


def test_gzip_larger_than_what_is_read_at_once(write):
    noise = np.random.default_rng(0).bytes(3_000_000)
    path = write(gzip.compress(noise, 1) + b"\0" * 2_000_000 + gzip.compress(noise, 1))
    assert contents(path) == noise + noise
    with gzip.open(path) as theirs:
        assert theirs.read() == noise + noise


def test_what_packs_extremely_well_is_unpacked_no_faster_than_it_is_read(write):
    path = write(gzip.compress(b"0" * 50_000_000, 9))
    with open_unpacked(path, "gzip") as stream:
        assert len(stream.read(1000)) == 1000
        assert len(stream.peek()) <= 1 << 20
        assert len(stream.read()) == 50_000_000 - 1000


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.9999])
def test_a_file_cut_short(write, tmp_path, kept):
    noise = np.random.default_rng(0).bytes(300_000).hex().encode()
    zipped = archive(tmp_path / "a.zip", one=noise).read_bytes()
    for packed in (gzip.compress(noise), lzma.compress(noise), bz2.compress(noise), zstd(noise), zipped):
        with pytest.raises(InputError, match=r"cut short and cannot be unpacked \(.*\); fetch the file again"):
            contents(write(packed[: int(len(packed) * kept)]))


def test_a_damaged_file(write, tmp_path):
    zipped = archive(tmp_path / "a.zip", one=TEXT).read_bytes()
    for packed in (gzip.compress(TEXT), lzma.compress(TEXT), bz2.compress(TEXT), zipped):
        middle = len(packed) // 3
        with pytest.raises(InputError, match="cannot be unpacked"):
            contents(write(packed[:middle] + b"\xff\xff\xff\xff" + packed[middle + 4 :]))


def test_the_checksum_at_the_end_of_gzip_counts(write):
    packed = bytearray(gzip.compress(TEXT))
    assert int.from_bytes(packed[-8:-4], "little") == zlib.crc32(TEXT)
    packed[-8] ^= 1
    with pytest.raises(InputError, match=r"cannot be unpacked .*incorrect data check"):
        contents(write(bytes(packed)))


@pytest.mark.parametrize("packing", ["gzip", "xz", "bzip2", "zstd"])
@pytest.mark.parametrize("content", [b"", b"plain text"])
def test_a_file_that_is_not_packed(write, packing, content):
    with pytest.raises(InputError, match="cannot be unpacked"), open_unpacked(write(content), packing) as stream:
        stream.read()


def test_of_several_members_the_first_is_read_and_named(tmp_path):
    path = archive(tmp_path / "glove.zip", **{"50d.txt": b"a 1\n", "100d.txt": b"a 2\n"})
    with pytest.warns(UserWarning, match=r"reading 50d\.txt; choose with member=… from the others: 100d\.txt"):
        assert contents(path) == b"a 1\n"
    assert contents(path, "100d.txt") == b"a 2\n"
    with pytest.raises(InputError, match=r"holds no '25d\.txt'; it holds 50d\.txt, 100d\.txt"):
        contents(path, "25d.txt")
    with pytest.raises(InputError, match="holds no 'file'; it holds nothing"):
        contents(archive(tmp_path / "empty.zip"))


def test_a_member_of_what_is_no_archive(write):
    with pytest.raises(InputError, match=r"is not a zip archive, so it holds no '50d\.txt'"):
        contents(write(TEXT), "50d.txt")


def test_a_member_with_a_password_is_not_said_to_be_damaged(tmp_path):
    packed = bytearray(archive(tmp_path / "secret.zip", one=TEXT).read_bytes())
    packed[packed.index(b"PK\x01\x02") + 8] |= 1  # the flag "encrypted" in the directory
    packed[6] |= 1  # and before the member
    (tmp_path / "secret.zip").write_bytes(packed)
    with pytest.raises(InputError, match=r"cannot be unpacked here \(.*password.*\); unpack it with another program"):
        contents(tmp_path / "secret.zip")
