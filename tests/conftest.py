"""Files for readers to read."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

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
        path.write_bytes(data)
        return path

    return write
