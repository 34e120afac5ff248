"""Every test keeps its stores in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings import WordVectors

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXTMILL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write bytes (or text, as UTF-8) to a file and return its path."""

    def write(content: bytes | str, name: str = "vectors.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture(scope="session")
def random_vectors() -> WordVectors:
    """300 words × 12."""
    matrix = np.random.default_rng(3).standard_normal((300, 12), np.float32)
    return WordVectors.from_words([f"word{i}" for i in range(300)], matrix)
