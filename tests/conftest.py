"""Files for readers to read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

Save = Callable[[str, bytes], Path]


@pytest.fixture(scope="session")
def save(tmp_path_factory: pytest.TempPathFactory) -> Save:
    """Write a file, compressed as its name says; the next one of that name replaces it."""
    folder = tmp_path_factory.mktemp("files")

    def write(name: str, data: bytes) -> Path:
        path = folder / name
        if name.endswith(".gz"):
            data = gzip.compress(data)
        elif name.endswith(".xz"):
            data = lzma.compress(data)
        elif name.endswith(".bz2"):
            data = bz2.compress(data)
        elif name.endswith(".zst"):
            data = pa.compress(data, "zstd", asbytes=True)
        elif name.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(name.removesuffix(".zip"), data)
            return path
        path.write_bytes(data)
        return path

    return write
