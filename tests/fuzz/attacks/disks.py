"""Disks that fill: files whose room ends somewhere. The old output stays, nothing half-written, the path is named."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.fuzz import jobs
from tests.fuzz.attack import ATTACKS, Attack, Case, Finding, Wrong

FULL = 1  # the exit code of what is nobody's fault


@ATTACKS.register("disks")
class Disks(Attack):
    """A job, and how much each file may hold, as a share of the largest that the job writes."""

    seconds = 300.0
    fixed = frozenset({"job", "again"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        jobs.prepare()
        self.largest: dict[str, int] = {}

    @classmethod
    def case(cls, random: Random) -> Case:
        """Some jobs find the output of an earlier one."""
        return {
            "job": random.choice(("prep", "prep, threads", "vectors", "train")),
            "share": round(random.random() ** 2 * 1.05, 4),
            "again": random.random() < 0.4,
        }

    def run(self, case: Case) -> Finding | None:
        """Run it with too little room, and look at what it says and leaves."""
        job = case["job"]
        folder = jobs.new_folder(self.folder / "full")
        if job not in self.largest:
            done = jobs.start(job, folder).done()
            if done.code != 0:
                raise Wrong(f"{job}: does not run", done)
            self.largest[job] = max(map(len, jobs.contents(folder).values()))
            folder = jobs.new_folder(folder)
        if case["again"]:
            jobs.start(job, folder).done()
            if job == "vectors":  # so that the store has to be made again
                with (folder / "vectors.txt").open("a", encoding="utf-8") as file:
                    file.write("more 1 2 3\n")
            elif job == "train":
                return None  # a run that is there is refused
        before = jobs.contents(folder)
        done = jobs.start(job, folder, largest_file=int(case["share"] * self.largest[job])).done()
        after = jobs.contents(folder)
        if done.code == 0:
            return None
        if done.code != FULL or "Traceback" in done.shown or "a fault of textmill" in done.shown:
            raise Wrong(f"{job}: a full disk ends with exit code {done.code}", done)
        if not any(name in done.shown for name in (jobs.OUTPUTS[job], "vectors.txt-")):
            raise Wrong(f"{job}: a full disk does not name the path", done)
        kept = {name: data for name, data in after.items() if not name.endswith(".lock")}
        if job == "train":  # the checkpoint is what the training can go on from
            kept = {name: data for name, data in kept.items() if not name.startswith("run.checkpoint/")}
        if kept != {name: data for name, data in before.items() if not name.endswith(".lock")}:
            raise Wrong(f"{job}: a full disk changes what is there", sorted(after.keys() ^ before.keys()) or "contents")
        if any(name.endswith(".part") for name in after):
            raise Wrong(f"{job}: a full disk leaves something unfinished", sorted(after))
        return None
