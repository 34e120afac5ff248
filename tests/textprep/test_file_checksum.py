"""The checksum of a file."""

from pathlib import Path

import pytest

from textprep.file_checksum import sha256

# The worked examples of FIPS 180-4 (SHA-256, one block), and the well-known sum of nothing.
KNOWN = {
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}


@pytest.mark.parametrize("content", KNOWN)
def test_the_sums_of_the_standard(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert sha256(file) == KNOWN[content]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sha256(tmp_path / "none")
