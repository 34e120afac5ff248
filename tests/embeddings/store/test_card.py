from __future__ import annotations

import json
from pathlib import Path

import pytest

from embeddings.store.card import Card, Source, read_card, write_card
from textprep.errors import ArtifactError

CARD = Card({"file": 12}, {"part": 34}, 5, Source("räksmörgås\udcff.txt", 1, -2, "ab"))


def read(path: Path) -> Card:
    return read_card(path, {"file"}, {"part"})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_card(tmp_path / "card", CARD)
    assert read(tmp_path / "card") == CARD


def test_every_changed_value_is_noticed(tmp_path: Path) -> None:
    write_card(tmp_path / "card", CARD)
    entries = json.loads((tmp_path / "card").read_text())
    for name in entries:
        for value in (None, 0, True, 2.0, "2", [], {}, {"file": 13}):
            (tmp_path / "card").write_text(json.dumps(entries | {name: value}))
            with pytest.raises((ValueError, ArtifactError)):
                read(tmp_path / "card")


def test_other_files_and_parts(tmp_path: Path) -> None:
    write_card(tmp_path / "card", CARD)
    for files, parts in (({"file"}, {"other"}), ({"file", "more"}, {"part"})):
        with pytest.raises(ValueError, match="lacks entries, or has some that no store has"):
            read_card(tmp_path / "card", files, parts)
