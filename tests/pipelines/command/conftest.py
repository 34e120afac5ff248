"""The command run in this process: its exit code, and what it printed."""

from __future__ import annotations

import array
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipelines.command import main

COMMAND = [sys.executable, "-c", "from textmill import main; main()"]
INTERRUPTED = "textmill: interrupted; no unfinished output was left\n"


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.split("\n")[:-1]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def textmill(
    here: Path, one_thread: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Run `textmill` with some arguments; nothing that it does may end in a traceback."""

    def run(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["textmill", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        done = Done(int(stopped.value.code or 0), *capsys.readouterr())
        assert "Traceback" not in done.err
        assert "a fault of textmill" not in done.err, done.err
        assert not list(here.rglob("*.part"))
        return done

    return run


@pytest.fixture
def refused(textmill: Callable[..., Done]) -> Callable[..., str]:
    """Run `textmill` where it must refuse: exit code 2, one line of message, nothing new in the folder."""

    def run(*arguments: object, stdin: bytes = b"") -> str:
        before = {path: path.read_bytes() for path in Path.cwd().rglob("*") if path.is_file()}
        done = textmill(*arguments, stdin=stdin)
        assert done.code == 2, done
        assert done.out == ""
        assert done.err.startswith("textmill: ")
        assert done.err.count("\n") == 1, done.err
        assert {path: path.read_bytes() for path in Path.cwd().rglob("*") if path.is_file()} == before
        return done.err

    return run


@pytest.fixture
def start(here: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start `textmill` in a process of its own."""

    def run(*arguments: object, **options: Any) -> subprocess.Popen[str]:
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
        command = [*COMMAND, *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=environment, **(pipes | options))

    return run


@pytest.fixture
def interrupt(here: Path) -> Callable[..., Done]:
    """Send Ctrl-C to a process that waits for more of a pipe, after it has taken all that was written so far."""

    def run(process: subprocess.Popen[str], path: Path, content: bytes) -> Done:
        left = array.array("i", [1])
        with path.open("wb") as pipe:  # opens when the command begins to read
            pipe.write(content)
            pipe.flush()
            while left[0]:
                fcntl.ioctl(pipe, termios.FIONREAD, left)
            assert list(here.glob(".out.jsonl.*.part"))
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):  # it came just before the wait for input: once more
                    process.wait(timeout=10)
            out, err = process.communicate()
        return Done(process.returncode, out, err)

    return run
