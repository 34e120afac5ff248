"""A process that runs the cases of one attack, one after the other: crashes, hangs and huge requests are findings."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import traceback
import warnings
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzz.attack import ATTACKS, Attack, Case, Finding, Wrong

MEMORY = 12 << 30  # bytes of address space; numba and torch take a few without using them
START = 300.0  # seconds for imports, compiling, and what an attack makes once

_forked = multiprocessing.get_context("fork")


class Worker:
    """Runs cases in a child process, which is started again when a case has ended it.

    Args:
        attack: The name of the attack.
        folder: Its folder.
    """

    def __init__(self, attack: str, folder: Path) -> None:
        self.attack, self.folder = attack, folder
        self._process: multiprocessing.process.BaseProcess | None = None

    def run(self, case: Case) -> Finding | None:
        """What is wrong with the case, if something is."""
        if self._process is None:
            self._start()
        self._pipe.send(case)
        return self._answer(ATTACKS[self.attack].seconds)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._process.pid is not None:
            if self._process.is_alive():
                os.killpg(self._process.pid, signal.SIGKILL)  # and what the attack has started
            self._process.join()
            self._process = None

    def _start(self) -> None:
        self._pipe, end = _forked.Pipe()
        self._process = _forked.Process(target=_work, args=(self.attack, self.folder, end))
        self._process.start()
        end.close()
        if (fault := self._answer(START)) is not None:
            raise RuntimeError(f"the attack {self.attack} cannot begin: {fault.kind}\n{fault.detail}")

    def _answer(self, seconds: float) -> Finding | None:
        assert self._process is not None
        try:
            if self._pipe.poll(seconds):
                finding: Finding | None = self._pipe.recv()
                return finding
            finding = Finding("no end", f"nothing came back within {seconds:.0f} s")
        except (EOFError, ConnectionError):
            self._process.join(10)
            code = self._process.exitcode or 0
            finding = Finding("crash: " + (signal.Signals(-code).name if code < 0 else f"exit code {code}"))
        self.stop()
        return finding


def _work(name: str, folder: Path, pipe: Connection) -> None:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _silence()
    try:
        attack = ATTACKS[name](folder)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        pipe.send(None)
    except Exception:
        pipe.send(Finding("it cannot be set up", traceback.format_exc()))
        return
    while True:
        try:
            case = pipe.recv()
        except EOFError:
            return
        pipe.send(_finding(attack, case))


def _finding(attack: Attack, case: Case) -> Finding | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return attack.run(case)
    except Wrong as wrong:
        return wrong.finding
    except Exception as error:
        return Finding(f"the harness failed: {type(error).__name__}", traceback.format_exc())


def _silence() -> None:
    """Nothing that a case prints is of interest."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
