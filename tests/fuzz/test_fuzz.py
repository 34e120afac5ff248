"""The attacks begin and try some cases, and what they find is written down; whether they find any `make fuzz` says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.__main__ import corpus
from tests.fuzz.attack import ATTACKS, ROOT, Attack, Case, Finding
from tests.fuzz.findings import smallest
from tests.fuzz.smaller import smaller
from tests.fuzz.worker import Worker


@pytest.mark.parametrize("name", list(ATTACKS))
def test_the_same_seed_makes_the_same_cases(name):
    cases = [[ATTACKS[name].case(Random(f"{seed}")) for seed in range(30)] for _ in range(2)]
    assert cases[0] == cases[1]
    assert len({json.dumps(case) for case in cases[0]}) > 10
    assert json.loads(json.dumps(cases[0])) == cases[0] or name == "artifacts"  # NaN is not equal to itself


def test_every_attack_runs_its_saved_cases_and_a_few_more():
    command = [sys.executable, "-m", "tests.fuzz", "--cases", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if " rounds " in line}
    assert rows.keys() == set(ATTACKS), done.stdout + done.stderr
    assert {name: int(row[3]) for name, row in rows.items()} == {name: len(corpus(name)) + 2 for name in ATTACKS}
    assert done.returncode == any(int(row[-2]) for row in rows.values())
    assert "the harness failed" not in done.stdout


class Faulty(Attack):
    """Finds a text with an x, crashes on a y."""

    seconds = 2.0

    @classmethod
    def case(cls, random: Random) -> Case:
        return {"texts": [chr(ord("a") + random.randrange(26))]}

    def run(self, case: Case) -> Finding | None:
        if "y" in case["texts"]:
            os.kill(os.getpid(), signal.SIGKILL)
        while "z" in case["texts"]:
            pass
        return Finding("an x") if any("x" in text for text in case["texts"]) else None


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ATTACKS._things, "faulty", Faulty)
    worker = Worker("faulty", tmp_path)
    yield worker
    worker.stop()


def test_a_finding_is_made_as_small_as_it_gets(worker):
    case = {"texts": ["abc", "a long text with an x in it", "more"], "number": 7}
    found, finding = smallest(worker, case, Finding("an x"))
    assert (found, finding.kind) == ({"texts": ["x"], "number": 0}, "an x")


def test_what_crashes_or_hangs_is_a_finding_and_the_next_case_is_tried(worker):
    assert worker.run({"texts": ["y"]}) == Finding("crash: SIGKILL")
    assert worker.run({"texts": ["a"]}) is None
    found = worker.run({"texts": ["z"]})
    assert found is not None and found.kind == "no end"
    assert worker.run({"texts": ["x"]}) == Finding("an x")


def test_parts_are_left_out_from_large_to_small():
    assert list(smaller("abcd")) == ["", "cd", "ab", "bcd", "acd", "abd", "abc"]
    assert list(smaller([[1], 2])) == [[], [2], [[1]], [[], 2], [[0], 2], [[1], 0], [[1], 1]]
