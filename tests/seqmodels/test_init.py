"""How OpenMP's threads wait is settled before torch is first imported, whichever way one comes in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WATCH = """
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            print("torch", os.environ.get("OMP_WAIT_POLICY"), flush=True)
            os._exit(0)

sys.meta_path.insert(0, Watch())
"""
COMMAND = """
from pipelines.command import main
sys.argv = ["textmill", *{arguments}]
main()
"""
WAYS_IN = {
    "the package": "import seqmodels; import torch",
    "one of its modules": "from seqmodels.layers import recurrent",
    "a name of it": "from seqmodels import Tagger",
    "a task": "from pipelines import train_ner; train_ner('a')",
    "a task's settings": "from pipelines import NerSettings; NerSettings()",
    "a run's hook": "from pipelines.runs.epoch_lines import EpochLines",
    "the command train": COMMAND.format(arguments=["train", "ner", "--train", "a", "--dev", "b", "--out", "c"]),
    "the command's settings": COMMAND.format(arguments=["train", "pos", "--list-settings"]),
    "the command demo": COMMAND.format(arguments=["demo"]),
    "python -m": "import runpy; runpy.run_module('pipelines.runs.epoch_lines', run_name='__main__')",
}


def at_first_import(code: str, **environment: str) -> str:
    """What a new process prints when `code` first asks for torch."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | environment
    command = [sys.executable, "-c", WATCH + code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    return done.stdout.strip() + done.stderr


@pytest.mark.parametrize("way", WAYS_IN)
def test_waiting_threads_sleep(way: str) -> None:
    assert at_first_import(WAYS_IN[way]).splitlines()[-1] == "torch PASSIVE"


def test_what_the_user_has_set_stays() -> None:
    assert at_first_import("from pipelines.runs.epoch_lines import EpochLines", OMP_WAIT_POLICY="ACTIVE") == (
        "torch ACTIVE"
    )
