"""Who writes what: one at a time, the living are left alone, and what the dead have left goes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from textprep.atomic import atomic_file, atomic_folder
from textprep.claims import claim, remove_unfinished
from textprep.errors import ConfigError

HOLD = """
import sys
from pathlib import Path
from textprep.atomic import atomic_file, atomic_folder
with atomic_file(sys.argv[1] + "/file") as file, atomic_folder(sys.argv[1] + "/folder", lambda _: []) as folder:
    file.write_text("half")
    (folder / "half").write_text("half")
    print("writing", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is in the middle of writing a file and a folder."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process


def hidden(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir() if path.name.startswith("."))


def test_the_living_are_left_alone(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        assert hidden(tmp_path) == [".claim", ".part", ".part"]
        with atomic_file(tmp_path / "file") as part:
            part.write_text("ours")
        told = rf"folder: process {process.pid} on .* is writing it; wait"
        with pytest.raises(ConfigError, match=told), atomic_folder(tmp_path / "folder", lambda _: []):
            pass
        assert hidden(tmp_path) == [".claim", ".part", ".part"]
        process.communicate("")
    assert hidden(tmp_path) == []
    assert (tmp_path / "file").read_text() == "half"  # the last one that ends
    assert (tmp_path / "folder" / "half").read_text() == "half"


def test_what_the_dead_have_left_is_cleared_away(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        process.kill()
    assert hidden(tmp_path) == [".claim", ".part", ".part"]
    with atomic_file(tmp_path / "other"):
        pass
    assert len(hidden(tmp_path)) == 3  # another target's is not ours to judge
    with atomic_file(tmp_path / "file"):
        assert len(list(tmp_path.glob(".file.*"))) == 1
    with atomic_folder(tmp_path / "folder", lambda _: []):
        assert len(list(tmp_path.glob(".folder.*.part"))) == 1
    assert hidden(tmp_path) == []


def test_a_thread_may_claim_again_and_another_may_not(tmp_path: Path) -> None:
    refused = []

    def other() -> None:
        with pytest.raises(ConfigError, match="is writing it"), claim(tmp_path / "run"):
            pass
        refused.append(True)

    with claim(tmp_path / "run"), claim(tmp_path / "run"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert refused == [True]
    assert list(tmp_path.iterdir()) == []


def test_a_claim_is_given_back_by_a_failure(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError), claim(tmp_path / "new" / "run"):
            assert (tmp_path / "new" / ".run.claim").is_file()
            raise RuntimeError
        assert list(tmp_path.iterdir()) == []


def test_many_processes_at_once(tmp_path: Path) -> None:
    code = """
import sys
from textprep.atomic import atomic_file, atomic_folder
from textprep.errors import ConfigError
for number in range(100):
    with atomic_file(sys.argv[1] + "/file") as part:
        part.write_text("whole")
    try:
        with atomic_folder(sys.argv[1] + "/folder", lambda _: ["a"]) as part:
            (part / "a").write_text("whole")
    except ConfigError:
        pass
"""
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == (tmp_path / "folder" / "a").read_text() == "whole"


def test_what_is_unfinished_can_be_removed_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "file"), claim(tmp_path / "run"):
        remove_unfinished()
        assert list(tmp_path.iterdir()) == []
