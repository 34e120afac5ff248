from __future__ import annotations

import sys
from pathlib import Path

from textprep.exchange import exchange


def test_two_folders_change_places(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    swapped = exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "file").read_text() == ("other" if swapped else "one")
    assert (tmp_path / "other" / "file").read_text() == ("one" if swapped else "other")
    assert swapped or sys.platform != "linux"


def test_nothing_is_changed_where_it_cannot_be_done(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert not exchange(tmp_path / "one", tmp_path / "nowhere")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
