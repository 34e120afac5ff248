"""Files for the readers to read, and the rows that come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from textprep.readers import BadRow, open_documents


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., tuple[list[dict[str, object]], list[BadRow]]]:
    """The rows and the bad rows; all batches are valid, of one schema, and not empty if they are several."""

    def read(path: Path, column: str = "text", batch_bytes: int = 1 << 22):
        bad: list[BadRow] = []
        batches = list(open_documents(path, column, batch_bytes=batch_bytes, on_bad_row=bad.append))
        for batch in batches:
            batch.validate(full=True)
            assert batch.num_rows or len(batches) == 1
            assert batch.schema.equals(batches[0].schema, check_metadata=True)
        return [row for batch in batches for row in batch.to_pylist()], bad

    return read
