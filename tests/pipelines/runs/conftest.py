"""A run folder that is changed by hand, with checksums that say that it was saved so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def seal() -> Callable[..., None]:
    """Put values into a run's card, and new checksums of all its files."""

    def write(folder: Path, **values: Any) -> None:
        card = json.loads((folder / "model.json").read_text())
        del card["checksum"]
        card["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in card["files"]}
        card |= values
        card["checksum"] = hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()
        (folder / "model.json").write_text(json.dumps(card))

    return write
