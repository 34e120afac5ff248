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
        card = json.loads((folder / "model.json").read_text()) | values
        card.pop("checksum", None)
        if "files" not in values:
            others = [folder / name for name in card["files"]]
            card["files"] = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in others}
        card["checksum"] = hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()
        (folder / "model.json").write_text(json.dumps(card))

    return write
