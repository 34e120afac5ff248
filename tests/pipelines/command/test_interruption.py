"""Signals at any moment: the exit code says which, one line is shown, nothing is left, and it does not take long."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import INTERRUPTED, Done

STARTED = "import signal, textmill; print('started', flush=True); textmill.main()"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
RECIPE = """{"stages": [{"stage": "lower.v1"}, {"stage": "words.v1"}, {"stage": "stop_words.v1", "language": "en"},
 {"stage": "stem.v1", "algorithm": "english"}]}"""


def run(code: str, *arguments: str, send: Callable[[subprocess.Popen[str]], None]) -> Done:
    """Run some code in a process of its own and send it a signal once it has said that it has started."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, **pipes) as process:
        assert process.stdout.readline() == "started\n"
        send(process)
        try:
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    return Done(process.returncode, out, err)


def test_at_any_moment_of_prep(here):
    Path("in.txt").write_text("The cats weren't sitting on the mats of İstanbul\n" * 40_000, encoding="utf-8")
    Path("mine.json").write_text(RECIPE)
    prep = ["prep", "in.txt", "-o", "out.jsonl", "--recipe", "mine.json", "--threads", "2", "--on-error", "quarantine"]
    whole = run(STARTED, *prep, send=lambda _: None)
    assert whole.code == 0, whole.err
    expected = Path("out.jsonl").read_bytes()
    rng = random.Random(0)
    for number in range(20):
        Path("out.jsonl").unlink(missing_ok=True)
        stop, delay = SIGNALS[number % 3], rng.uniform(0, 0.1 if number % 2 else 0.6)

        def send(process: subprocess.Popen[str], stop: int = stop, delay: float = delay) -> None:
            time.sleep(delay)
            process.send_signal(stop)

        done = run(STARTED, *prep, send=send)
        assert "Traceback" not in done.err
        left = {path.name for path in here.iterdir()} - {"in.txt", "mine.json"}
        if left:  # it was done
            assert left == {"out.jsonl"}
            assert Path("out.jsonl").read_bytes() == expected
        else:
            assert (done.code, done.err) == (128 + stop, INTERRUPTED), delay


BUSY = """
import signal, sys, time
from pathlib import Path
from textprep.atomic import atomic_file, atomic_folder
from pipelines.command import interruption
interruption.GRACE = 0.2

class Late:
    def __del__(self):
        print("started", flush=True)
        time.sleep(60)

with interruption.interruptible(), atomic_file("out/file"), atomic_folder("out/folder", lambda _: []) as part:
    (part / "half").write_text("half")
    {what}
"""


@pytest.mark.parametrize(
    "what",
    [
        "Late()",  # an exception in a destructor is dropped
        "\n    try: print('started', flush=True); time.sleep(60)\n    except BaseException: time.sleep(60)",
    ],
    ids=["dropped", "caught"],
)
@pytest.mark.parametrize("stop", SIGNALS)
def test_a_signal_that_is_lost_ends_the_process_all_the_same(here, what, stop):
    began = time.monotonic()
    done = run(BUSY.replace("{what}", what), send=lambda process: process.send_signal(stop))
    assert time.monotonic() - began < 25
    assert done == Done(128 + stop, "", INTERRUPTED)
    assert [path for path in here.rglob("*") if path.is_file()] == []


def test_a_signal_that_is_ignored_stays_so(here):
    """As `nohup` has it."""
    Path("in.txt").write_text("a\n")
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN);" + STARTED
    done = run(ignoring, "prep", "in.txt", "-o", "out.txt", send=lambda process: process.send_signal(signal.SIGHUP))
    assert done.code == 0
    assert Path("out.txt").read_text() == "a\n"


def test_what_a_killed_prep_has_left_goes_with_the_next_one(textmill, start, here):
    os.mkfifo("pipe.txt")
    Path("in.txt").write_text("a\n")
    process = start("prep", "pipe.txt", "-o", "out.jsonl")
    with Path("pipe.txt").open("wb"):
        while not list(here.glob(".out.jsonl.*.part")):
            assert process.poll() is None
        process.kill()
    process.communicate()
    assert list(here.glob(".out.jsonl.*.part"))
    assert textmill("prep", "in.txt", "-o", "out.jsonl").code == 0
    assert sorted(path.name for path in here.iterdir()) == ["in.txt", "out.jsonl", "pipe.txt"]
