"""Commands killed at any moment and run again: the same output as if nothing had been, and nothing left behind."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from random import Random

from tests.fuzz import jobs
from tests.fuzz.attack import ATTACKS, Attack, Case, Finding, Wrong

SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
GOING_ON = "run.checkpoint/"  # what a training leaves on purpose
OWN_START = "Fatal Python error: init_import_site"  # the interpreter's answer before any code of ours can run


@ATTACKS.register("kills")
class Kills(Attack):
    """A job, a signal, and when it comes: the share of the time that the job takes undisturbed."""

    seconds = 300.0
    fixed = frozenset({"job", "signal", "fresh"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        jobs.prepare()
        self.whole: dict[tuple[str, bool], tuple[float, dict[str, bytes]]] = {}

    @classmethod
    def case(cls, random: Random) -> Case:
        """One job in eight begins with the interpreter."""
        job = random.choice(("prep", "prep, threads", "prep, threads", "vectors", "train"))
        after = [round(random.random() * 1.1, 4) for _ in range(random.choice((1, 1, 2)))]
        return {"job": job, "signal": random.choice(SIGNALS), "after": after, "fresh": random.random() < 0.12}

    def run(self, case: Case) -> Finding | None:
        """Kill it, look, and run it again."""
        job, number, fresh = case["job"], signal.Signals[case["signal"]], case["fresh"]
        seconds, whole = self._undisturbed(job, fresh)
        folder = jobs.new_folder(self.folder / "killed")
        for after in case["after"]:
            process = jobs.start(job, folder, fresh=fresh)
            process.signal_after(max(after * seconds, 0.04 if fresh else 0.0), number)
            done = process.done()
            _check_end(job, number, done)
            left = jobs.contents(folder)
            if number != signal.SIGKILL:
                _check_left(job, number, left, whole)
            _check_whole(job, left, whole)
            if job == "train" and whole.keys() <= left.keys():  # it came too late: a run that is there is refused
                return None
        done = jobs.start(job, folder).done()
        if done.code != 0:
            raise Wrong(f"{job}: does not run after {number.name}", done)
        left = jobs.contents(folder)
        if left.keys() != whole.keys():
            raise Wrong(f"{job}: something is left after {number.name} and another run", sorted(left.keys() ^ whole))
        if other := [name for name in whole if left[name] != whole[name]]:
            raise Wrong(f"{job}: another output after {number.name} and another run", other)
        return None

    def _undisturbed(self, job: str, fresh: bool) -> tuple[float, dict[str, bytes]]:
        if (job, fresh) not in self.whole:
            folder = jobs.new_folder(self.folder / "killed")
            begin = time.perf_counter()
            done = jobs.start(job, folder, fresh=fresh).done()
            if done.code != 0:
                raise Wrong(f"{job}: does not run", done)
            self.whole[job, fresh] = time.perf_counter() - begin, jobs.contents(folder)
        return self.whole[job, fresh]


def _check_end(job: str, number: signal.Signals, done: jobs.Done) -> None:
    if done.shown.startswith(OWN_START):
        return
    if "Traceback" in done.shown or "a fault of textmill" in done.shown:
        raise Wrong(f"{job}: a traceback after {number.name}", done)
    if done.code not in (0, -number, 130, 128 + number):
        raise Wrong(f"{job}: exit code {done.code} after {number.name}", done)


def _check_left(job: str, number: signal.Signals, left: dict[str, bytes], whole: dict[str, bytes]) -> None:
    """What comes with a warning leaves nothing unfinished; the lock beside a store is one of its files."""
    new = [name for name in left if name not in whole and not name.startswith(GOING_ON)]
    if new or any(name.endswith(".part") for name in left):
        raise Wrong(f"{job}: something is left after {number.name}", sorted(left))


def _check_whole(job: str, left: dict[str, bytes], whole: dict[str, bytes]) -> None:
    """What is there under its own name is whole."""
    place = jobs.OUTPUTS[job]
    names = {name for name in whole if name == place or (name.startswith(place + "/") and "/." not in name)}
    there = names & left.keys()
    if there and (there != names or any(left[name] != whole[name] for name in names)):
        raise Wrong(f"{job}: half an output", sorted(there))
