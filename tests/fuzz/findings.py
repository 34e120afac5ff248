"""What was found: made as small as it gets, written down, and shown as a test."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from tests.fuzz.attack import ATTACKS, Case, Finding
from tests.fuzz.worker import Worker

FINDINGS = Path(__file__).parent / "findings"
SECONDS = 20.0  # for making a finding smaller

TEST = '''\
"""{kind}."""

import json

from tests.fuzz.attack import ATTACKS

CASE = json.loads(r"""{case}""")


def test_{attack}_{number}(tmp_path):
    assert ATTACKS["{attack}"](tmp_path).run(CASE) is None
'''


def smallest(worker: Worker, case: Case, finding: Finding) -> tuple[Case, Finding]:
    """A case with the same finding of which no part can be left out, as far as there is time."""
    end = time.perf_counter() + SECONDS
    went_on = True
    while went_on:
        went_on = False
        for less in ATTACKS[worker.attack].smaller(case):
            if time.perf_counter() > end:
                return case, finding
            found = worker.run(less)
            if found is not None and found.kind == finding.kind:
                case, finding, went_on = less, found, True
                break
    return case, finding


def written(attack: str, seed: int, place: int, case: Case, finding: Finding) -> str:
    """Write a finding and its test to `findings/`; returns what there is to show."""
    text = json.dumps(case, ensure_ascii=True)
    number = hashlib.sha256(f"{attack} {finding.kind}".encode()).hexdigest()[:8]
    FINDINGS.mkdir(exist_ok=True)
    record = {"attack": attack, "seed": seed, "place": place, "kind": finding.kind, "detail": finding.detail}
    saved = FINDINGS / f"{attack}_{number}.json"
    saved.write_text(json.dumps({**record, "case": case}, indent=1) + "\n", encoding="utf-8")
    test = TEST.format(kind=finding.kind, case=text, attack=attack, number=number)
    (FINDINGS / f"test_{attack}_{number}.py.txt").write_text(test, encoding="utf-8")
    return f"\n== {attack}: {finding.kind} ==\n{finding.detail}\n-- seed {seed}, case {place}, {saved} --\n{test}"
