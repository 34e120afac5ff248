"""A disk without room for a single byte left the claim of a folder behind (disks, seed 0, share 0.0)."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from embeddings import WordVectors


def test_a_claim_goes_though_nothing_could_be_written(tmp_path: Path) -> None:
    vectors = WordVectors.from_words(["cat", "dog"], [[1, 2], [3, 4]])
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limit[1]))
    try:
        with pytest.raises(OSError, match="animals"):
            vectors.save(tmp_path / "animals")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert not list(tmp_path.iterdir())
