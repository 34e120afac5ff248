"""Start-up times, each the median of seven new processes: our imports and commands, and the peers' imports.

Run as `python -m benchmarks.startup`. An import is timed inside the process, a command from outside, Python's own start
included. `prep` gets a file of three short texts, with an empty folder for compiled code and then with a full one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
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


def outside(command: list[str], environment: dict[str, str] | None = None) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def prep_times(textmill: str) -> tuple[float, float]:
    """Seconds of `textmill prep` on a small file, when nothing has been compiled on the machine, and after that."""
    cold = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.txt").write_text("The cats weren't sitting on the mats.\nNor was the dog.\nÉmile was!\n")
        command = [textmill, "prep", str(folder / "in.txt"), "-o", str(folder / "out.parquet")]
        for run in range(3):
            environment = os.environ | {"TEXTMILL_CACHE": str(folder / f"cache{run}")}
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            cold.append(time.perf_counter() - began)
        return statistics.median(cold), outside(command, environment)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", help="not used; taken so that all benchmarks are run alike")
    options.parse_args()
    print(machine("numpy", "pyarrow", "typer", "spacy", "nltk", "gensim", "torch"))
    print("\n| start-up | seconds |\n|---|---|")
    for code in IMPORTS:
        print(f"| `{code}` | {inside(code):.3f} |")
    textmill = str(Path(sys.executable).with_name("textmill"))
    print(f"| `textmill --help` | {outside([textmill, '--help']):.3f} |")
    cold, warm = prep_times(textmill)
    print(f"| `textmill prep` on a small file, the first time on a machine | {cold:.3f} |")
    print(f"| the same, again | {warm:.3f} |")


if __name__ == "__main__":
    main()
