"""Files for the readers to read, and the rows that come back."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.readers import BadRow, open_documents

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


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., tuple[list[dict[str, object]], list[BadRow]]]:
    """The rows of all batches, and the bad rows; every batch must be of one schema, valid, and not empty."""

    def read(path: Path, column: str = "text", batch_bytes: int = 1 << 22):
        bad: list[BadRow] = []
        batches = list(open_documents(path, column, batch_bytes=batch_bytes, on_bad_row=bad.append))
        for batch in batches:
            batch.validate(full=True)
            assert batch.num_rows
            assert batch.schema.equals(batches[0].schema, check_metadata=True)
        return [row for batch in batches for row in batch.to_pylist()], bad

    return read
