"""All attacks in turn: `python -m tests.fuzz [--minutes 2 | --cases 100] [--seed 0] [--again FILE …] [attack …]`.

Case k of an attack is the same for the same seed, however long it runs. The saved corpus comes first. A finding is made
smaller, and written to `findings/` with a test to be taken over into `tests/regressions`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from tests.fuzz.attack import ATTACKS, Case
from tests.fuzz.findings import smallest, written
from tests.fuzz.worker import Worker

CORPUS = Path(__file__).parent / "corpus"
MEMORY = Path("/dev/shm")  # where making and removing files takes least
TURNS = 4  # of each attack, so that none has to wait for the others' end


@dataclass
class Score:
    """How far an attack has come."""

    worker: Worker
    rounds: int = 0
    cases: int = 0
    seconds: float = 0.0
    found: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        rate = self.cases / self.seconds if self.seconds else 0.0
        name, kinds = self.worker.attack, len(self.found)
        return f"{name:<10} {self.rounds:>3} rounds {self.cases:>8,} cases {rate:>8,.1f} a second {kinds:>4} findings"


def main() -> int:
    """Run the attacks; 1 if something was found."""
    arguments = _parser().parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=where) as place, ExitStack() as at_the_end:
        if arguments.again:
            return _again(arguments.again, Path(place))
        scores = []
        for name in arguments.attacks or ATTACKS:
            folder = Path(place, name)
            folder.mkdir()
            scores.append(Score(Worker(name, folder)))
            at_the_end.callback(scores[-1].worker.stop)  # or the workers wait for a harness that has failed
        share = arguments.minutes * 60 / len(scores) / TURNS
        for _ in range(1 if arguments.cases else TURNS):
            for score in scores:
                _attack(score, arguments.seed, share, arguments.cases)
        for score in scores:
            print(score, *(f"{times:>8,} × {kind}" for kind, times in score.found.most_common()), sep="\n")
    return 1 if any(score.found for score in scores) else 0


def _attack(score: Score, seed: int, seconds: float, cases: int | None) -> None:
    """One turn of an attack: so many seconds, or so many cases and the corpus."""
    name = score.worker.attack
    saved = corpus(name)
    begin = time.perf_counter()
    for done in count(1):
        place = score.cases
        case = saved[place] if place < len(saved) else ATTACKS[name].case(Random(f"{seed} {name} {place}"))
        score.cases += 1
        finding = score.worker.run(case)
        if finding is not None:
            score.found[finding.kind] += 1
            if score.found[finding.kind] == 1:
                case, finding = smallest(score.worker, case, finding)
                print(written(name, seed, place, case, finding), flush=True)
        over = done >= len(saved) + cases if cases else time.perf_counter() - begin >= seconds
        if over:
            break
    score.rounds += 1
    score.seconds += time.perf_counter() - begin


def corpus(name: str) -> list[Case]:
    """The saved cases of an attack."""
    file = CORPUS / f"{name}.json"
    return [saved["case"] for saved in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []


def _again(files: list[Path], place: Path) -> int:
    """Try saved findings again."""
    found = 0
    for file in files:
        saved = json.loads(file.read_text(encoding="utf-8"))
        worker = Worker(saved["attack"], place)
        finding = worker.run(saved["case"])
        worker.stop()
        print(f"{file}: {'nothing' if finding is None else finding.kind + chr(10) + finding.detail}")
        found += finding is not None
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("attacks", nargs="*", metavar="attack", help="which attacks; all if none is named")
    parser.add_argument("--minutes", type=float, default=2, help="for all attacks together (default 2)")
    parser.add_argument("--cases", type=int, help="so many cases of each instead, behind the corpus")
    parser.add_argument("--seed", type=int, default=0, help="what the cases are made from (default 0)")
    parser.add_argument("--again", nargs="+", type=Path, metavar="FILE", help="try saved findings again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
