"""The card of a store, `store.json`: what it was made from, and the sizes and checksums by which damage is noticed.

Checksums are CRC-32 (ISO 3309, `zlib.crc32`): they find what disks, copies and slips do, at gigabytes a second, and are
no seal against somebody who means to deceive. The card has one of itself, over its other entries in a canonical form.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from textprep.errors import ArtifactError
from textprep.strict_json import is_count, read_object

FORMAT = 2
_WITHOUT_CHECKSUMS = 1
_LONGEST = 1 << 16  # bytes of a card; ours have a few hundred


@dataclass(frozen=True)
class Source:
    """The file that a store was made from."""

    name: str
    size: int
    """In bytes."""
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class Card:
    """What is known of a store without looking into it."""

    bytes: Mapping[str, int]
    """The size of each file."""
    checksums: Mapping[str, int] | None
    """The CRC-32 of each part; `None` in stores of format 1, which had none."""
    duplicates: int = 0
    """Rows of the source left out because their word had come before."""
    source: Source | None = None


def write_card(path: Path, card: Card) -> None:
    """Write a card, in the present format."""
    entries = {
        "format": FORMAT,
        "source": card.source and asdict(card.source),
        "duplicates": card.duplicates,
        "bytes": dict(card.bytes),
        "crc32": card.checksums and dict(card.checksums),
    }
    path.write_text(json.dumps(entries | {"card_crc32": _checksum(entries)}, indent=2) + "\n", encoding="utf-8")


def read_card(path: Path, files: set[str], parts: set[str]) -> Card:
    """The card of a store that has these files, and these parts with checksums.

    Raises:
        ArtifactError: The card is of another format.
        OSError: It cannot be read.
        ValueError: It is damaged.
    """
    if path.stat().st_size > _LONGEST:
        raise ValueError(f"{path.name} is far too long")
    entries = read_object(path.read_bytes())
    number = entries.get("format")
    if type(number) is int and number not in (FORMAT, _WITHOUT_CHECKSUMS):
        known = f"{_WITHOUT_CHECKSUMS} or {FORMAT}"
        raise ArtifactError(f"{path.parent} has format {number}, not {known}; make it again")
    names = {"format", "source", "duplicates", "bytes"}
    if number == FORMAT:
        names |= {"crc32"}
        if entries.pop("card_crc32", None) != _checksum(entries):
            raise ValueError(f"{path.name} has changed since it was written")
    sound = (
        set(entries) == names
        and type(number) is int
        and is_count(entries["duplicates"])
        and _are_counts(entries["bytes"], files)
        and _are_counts(entries.get("crc32", dict.fromkeys(parts, 0)), parts)
        and _is_source(entries["source"])
    )
    if not sound:
        raise ValueError(f"{path.name} lacks entries, or has some that no store has")
    source = entries["source"] and Source(**entries["source"])
    return Card(entries["bytes"], entries.get("crc32"), entries["duplicates"], source)


def _checksum(entries: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(entries, sort_keys=True).encode())


def _are_counts(value: object, names: set[str]) -> bool:
    return isinstance(value, dict) and set(value) == names and all(map(is_count, value.values()))


def _is_source(value: object) -> bool:
    if value is None:
        return True
    kinds = {"name": str, "size": int, "mtime_ns": int, "sha256": str}
    return (
        isinstance(value, dict)
        and set(value) == set(kinds)
        and all(type(value[name]) is kind for name, kind in kinds.items())
    )
