"""Files and folders appear whole or not at all."""

from pathlib import Path

import pytest

from textprep.atomic import atomic_file, atomic_folder


def test_a_file(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.txt"
    with atomic_file(target) as part:
        part.write_text("one")
        assert not target.exists()
    assert target.read_text() == "one"
    assert [path.name for path in target.parent.iterdir()] == ["file.txt"]


def test_a_folder_replaces_an_older_one(tmp_path: Path) -> None:
    target = tmp_path / "run"
    for name in ("old", "new"):
        with atomic_folder(target) as part:
            (part / name).write_text(name)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("writer", [atomic_file, atomic_folder])
def test_a_block_that_fails_leaves_nothing(tmp_path: Path, writer: object) -> None:
    with pytest.raises(RuntimeError), writer(tmp_path / "target"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_fails_leaves_the_older_file(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    target.write_text("older")
    with pytest.raises(RuntimeError), atomic_file(target) as part:
        part.write_text("newer")
        raise RuntimeError
    assert target.read_text() == "older"
    assert len(list(tmp_path.iterdir())) == 1


def test_modes_are_those_of_an_ordinary_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with atomic_file(tmp_path / "file"):
        pass
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_mask_of_the_process_is_never_lifted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lifted(mask: int) -> int:
        raise AssertionError("while it is changed, files of other threads get the wrong mode")

    monkeypatch.setattr("os.umask", lifted)
    with atomic_file(tmp_path / "file"), atomic_folder(tmp_path / "folder"):
        pass
