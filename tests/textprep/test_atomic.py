"""Files and folders appear whole or not at all."""

import os
import threading
from functools import partial
from pathlib import Path

import pytest

from textprep.atomic import atomic_file, atomic_folder
from textprep.claims import claim
from textprep.errors import ConfigError
from textprep.exchange import exchange


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
        with atomic_folder(target, os.listdir) as part:
            (part / name).write_text(name)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("writer", [atomic_file, partial(atomic_folder, ours=os.listdir)])
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
    with atomic_file(tmp_path / "file"), atomic_folder(tmp_path / "folder", os.listdir):
        pass


@pytest.mark.parametrize("kind", ["link", "broken link", "pipe", "device", "read-only file", "folder"])
def test_what_is_no_ordinary_file_stays_what_it_is(tmp_path: Path, kind: str) -> None:
    target, other = tmp_path / "target", tmp_path / "other"
    other.write_text("other")
    if "link" in kind:
        target.symlink_to(other if kind == "link" else tmp_path / "nowhere")
    elif kind == "pipe":
        os.mkfifo(target)
    elif kind == "read-only file":
        target.write_text("mine")
        target.chmod(0o444)
    elif kind == "folder":
        target.mkdir()
    else:
        target = Path("/dev/null")
    before = target.lstat()
    with pytest.raises(ConfigError, match=f"^{target}: (is|may not)"), atomic_file(target) as part:
        part.write_text("new")
    assert target.lstat().st_ino == before.st_ino
    assert target.lstat().st_mode == before.st_mode
    assert other.read_text() == "other"


def test_a_full_disk_is_named_by_the_output(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    for writer in (atomic_file(tmp_path / "out"), atomic_folder(tmp_path / "out", os.listdir)):
        with pytest.raises(OSError, match=f"No space left on device: '{tmp_path / 'out'}'"), writer:
            full.write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_reading_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"), atomic_file(tmp_path / "out"):
        (tmp_path / "nowhere").read_text()


def test_folders_that_were_made_on_the_way_go_with_a_failure(tmp_path: Path) -> None:
    for writer in (atomic_file(tmp_path / "a/b/out"), atomic_folder(tmp_path / "a/b/out", os.listdir)):
        with pytest.raises(RuntimeError), writer:
            raise RuntimeError
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_folder_with_files_of_others_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    if not in_one_step:
        monkeypatch.setattr("textprep.atomic.exchange", lambda one, other: False)
    target, ours = tmp_path / "run", lambda _: ["model", "deep/part"]
    for text in ("old", "new"):
        with atomic_folder(target, ours) as part:
            (part / "deep").mkdir()
            for name in ours(part):
                (part / name).write_text(text)
    assert {str(file.relative_to(target)): file.read_text() for file in target.rglob("*") if file.is_file()} == {
        "model": "new",
        "deep/part": "new",
    }
    lost = pytest.raises(ConfigError, match=r"run: holds deep/thesis\.tex, which would be lost")
    with lost, atomic_folder(target, ours):
        (target / "deep/thesis.tex").write_text("three years")  # comes while the new folder is made
    with pytest.raises(ConfigError, match=r"holds deep/thesis\.tex"):
        atomic_folder(target, ours).__enter__()  # and is seen at once by the next one
    assert (target / "deep/thesis.tex").read_text() == "three years"
    assert (target / "model").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("kind", ["file", "link", "pipe", "read-only folder", "here"])
def test_what_is_no_folder_of_ours_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    target, other = tmp_path / "target", tmp_path / "other"
    other.mkdir()
    if kind == "file":
        target.write_text("mine")
    elif kind == "link":
        target.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(target)
    else:
        target.mkdir(0o555 if kind == "read-only folder" else 0o755)
    if kind == "here":
        monkeypatch.chdir(target)
    before = target.lstat()
    with pytest.raises(ConfigError, match=f"^{target}: "), atomic_folder(target, os.listdir):
        pass
    assert (target.lstat().st_ino, target.lstat().st_mode) == (before.st_ino, before.st_mode)


def test_whoever_opens_a_folder_finds_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    target, (probe, other) = tmp_path / "run", (tmp_path / "a", tmp_path / "b")
    probe.mkdir()
    other.mkdir()
    if not exchange(probe, other):
        pytest.skip("this system cannot let two folders change places")
    missing, done = [], threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                (target / "model").read_text()
            except FileNotFoundError:
                missing.append(1)

    with atomic_folder(target, os.listdir) as part:
        (part / "model").write_text("0")
    reader = threading.Thread(target=look)
    reader.start()
    for number in range(300):
        with atomic_folder(target, os.listdir) as part:
            (part / "model").write_text(str(number))
    done.set()
    reader.join()
    assert missing == []


def test_a_replacement_that_was_cut_short_is_put_right(tmp_path: Path) -> None:
    target = tmp_path / "run"
    (tmp_path / ".run.0123abcd.old").mkdir()
    (tmp_path / ".run.0123abcd.old" / "model").write_text("old")
    (tmp_path / ".run.4567cdef.part").mkdir()
    (tmp_path / ".run.4567cdef.part" / "model").write_text("ne")
    (tmp_path / ".run.mine.part").mkdir()  # not such a name as ours
    with claim(target):
        assert (target / "model").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".run.mine.part", "run"]
    (tmp_path / ".run.0123abcd.old").mkdir()
    with atomic_folder(target, os.listdir) as part:
        (part / "model").write_text("new")
    assert (target / "model").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".run.mine.part", "run"]
