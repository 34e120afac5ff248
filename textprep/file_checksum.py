"""The checksum of a file by which damage is noticed: SHA-256 (FIPS 180-4)."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256(file: Path) -> str:
    """The SHA-256 of what a file holds, in hexadecimal digits; an OSError if it cannot be read."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
