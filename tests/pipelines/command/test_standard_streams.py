"""The command with closed streams, as some schedulers start it; a shell closes them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from .conftest import COMMAND


def closed(streams: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    shell = ["sh", "-c", f'exec "$@" {streams}', "sh", *COMMAND, *arguments]
    return subprocess.run(shell, env=environment, input=stdin, capture_output=True, check=False)


def test_closed_standard_input_is_no_empty_text(here: Path) -> None:
    done = closed("<&-", "prep", "-", "-o", "out.jsonl")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (b"textmill: <stdin>: standard input is closed; pipe text into it, or name a file\n")
    assert not Path("out.jsonl").exists()


@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_nothing_of_a_closed_output_gets_into_the_file(here: Path, streams: str) -> None:
    Path("in.txt").write_text("a b\n")
    done = closed(streams, "prep", "in.txt", "-o", "out.jsonl")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.count(b"\n") == (streams == ">&-")
    assert json.loads(Path("out.jsonl").read_text())["tokens"] == ["a", "b"]
