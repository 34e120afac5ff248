"""Start-up times, each the median of seven new processes: our imports, `textmill --help`, and the peers' imports.

Run as `python -m benchmarks.startup`. An import is timed inside the process, the command from outside, Python's own
start included.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.data_folder import machine

IMPORTS = (
    "import textprep",
    "from textprep import Pipeline, Lower, Words, StopWords, Stem",
    "import spacy",
    "import nltk",
    "import gensim",
    "import torch",
)
TIMER = "import time; began = time.perf_counter()\n{code}\nprint(time.perf_counter() - began)"
RUNS = 7


def inside(code: str) -> float:
    command = [sys.executable, "-c", TIMER.format(code=code)]
    return statistics.median(float(subprocess.check_output(command, text=True)) for _ in range(RUNS))


def outside(command: list[str]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", help="not used; taken so that all benchmarks are run alike")
    options.parse_args()
    print(machine("numpy", "pyarrow", "typer", "spacy", "nltk", "gensim", "torch"))
    print("\n| start-up | seconds |\n|---|---|")
    for code in IMPORTS:
        print(f"| `{code}` | {inside(code):.3f} |")
    print(f"| `textmill --help` | {outside([str(Path(sys.executable).with_name('textmill')), '--help']):.3f} |")


if __name__ == "__main__":
    main()
