"""Several processes at once on one cache, output or run folder: each ends well or is refused, and nothing is lost."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from tests.fuzz import jobs
from tests.fuzz.attack import ATTACKS, Attack, Case, Finding, Wrong

REFUSED = 2


@ATTACKS.register("processes")
class Processes(Attack):
    """A job, started several times with some milliseconds between."""

    seconds = 300.0
    fixed = frozenset({"job"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        jobs.prepare()
        self.whole: dict[str, dict[str, bytes]] = {}

    @classmethod
    def case(cls, random: Random) -> Case:
        """Two to four processes."""
        waits = [random.choice((0, 0, random.randint(1, 200))) for _ in range(random.randint(1, 3))]
        return {"job": random.choice(("prep", "prep, threads", "vectors", "vectors", "train")), "waits": waits}

    def run(self, case: Case) -> Finding | None:
        """Start them, and compare what they leave with what one leaves."""
        job = case["job"]
        folder = jobs.new_folder(self.folder / "shared")
        if job not in self.whole:
            done = jobs.start(job, folder).done()
            if done.code != 0:
                raise Wrong(f"{job}: does not run", done)
            self.whole[job] = jobs.contents(folder)
            folder = jobs.new_folder(folder)
        started = [jobs.start(job, folder)]
        for milliseconds in case["waits"]:
            time.sleep(milliseconds / 1000)
            started.append(jobs.start(job, folder))
        ends = [process.done() for process in started]
        allowed = (0, REFUSED) if job != "vectors" else (0,)
        if wrong := [end for end in ends if end.code not in allowed or "Traceback" in end.shown]:
            raise Wrong(f"{job}: one of several ends with exit code {wrong[0].code}", wrong)
        well = sum(end.code == 0 for end in ends)
        if not well or (job == "train" and well > 1):
            raise Wrong(f"{job}: not one of several ends well, but {'none' if not well else 'more'}", ends)
        if len({end.shown for end in ends if end.code == 0}) > 1 and job == "vectors":
            raise Wrong(f"{job}: not the same answer from all", ends)
        left, whole = jobs.contents(folder), self.whole[job]
        if left != whole:
            names = [name for name in left.keys() | whole.keys() if left.get(name) != whole.get(name)]
            raise Wrong(f"{job}: several leave something else than one", sorted(names))
        return None
