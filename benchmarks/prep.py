"""`textmill prep` from start to end, as a user runs it: processes timed from outside, Python's own start included.

Run as `python -m benchmarks.prep [--data-dir DIR]`. The input is the 25,000 training reviews of IMDB, a review a line,
ten times over. Each command is run once on a small file, so that its kernels are compiled, and then three times; the
best and the median are given, beside what is wanted. The last columns are the most memory that a process took, and how
many times that is what it takes for the reviews once over.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data_folder import machine, parser
from benchmarks.preprocessing import REPETITIONS, REVIEWS, reviews

TIMES = 10
TEXTMILL = str(Path(sys.executable).with_name("textmill"))

# Recipe, ending of the output, threads: the MB/s that are wanted.
WANTED = {
    ("words", ".parquet", 1): 60,
    ("words", ".parquet", 2): 100,
    ("words", ".jsonl", 1): 40,
    ("words", ".jsonl", 2): None,
    ("words", ".txt", 1): None,
    ("words", ".txt", 2): None,
    ("search", ".parquet", 1): 45,
    ("search", ".parquet", 2): 80,
    ("search", ".jsonl", 1): None,
    ("search", ".jsonl", 2): None,
}


@dataclass(frozen=True)
class Run:
    """What one process took: seconds by the wall's clock and of the processors, and bytes of memory at most."""

    seconds: float
    processor: float
    memory: int


def lines_file(texts: list[str], path: Path, times: int) -> Path:
    lines = "".join(" ".join(text.splitlines()) + "\n" for text in texts).encode()
    with path.open("wb") as file:
        for _ in range(times):
            file.write(lines)
    return path


def run(source: Path, out: Path, recipe: str, threads: int) -> Run:
    command = [TEXTMILL, "prep", str(source), "-o", str(out), "--recipe", recipe, "--threads", str(threads)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(said.decode())
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def main() -> None:
    texts = reviews(Path(parser(__doc__).parse_args().data_dir) / REVIEWS)
    print(machine("numpy", "pyarrow", "numba"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = lines_file(texts[:100], folder / "small.txt", 1)
        once = lines_file(texts, folder / "once.txt", 1)
        source = lines_file(texts, folder / "reviews.txt", TIMES)
        size = source.stat().st_size / 1e6
        print(f"{len(texts) * TIMES} documents, {size:.1f} MB")
        columns = "recipe, output, threads, MB/s best, median, wanted, processor s, output MB, memory MB, of once over"
        print(f"\n| {columns.replace(', ', ' | ')} |\n|{'---|' * len(columns.split(', '))}")
        for (recipe, ending, threads), wanted in WANTED.items():
            out = folder / f"out{ending}"
            run(small, out, recipe, threads)
            short = run(once, out, recipe, threads)
            runs = sorted(
                (run(source, out, recipe, threads) for _ in range(REPETITIONS)), key=lambda each: each.seconds
            )
            fast, usual = runs[0].seconds, statistics.median(each.seconds for each in runs)
            memory = max(each.memory for each in runs)
            print(
                f"| {recipe} | {ending} | {threads} | {size / fast:.1f} | {size / usual:.1f} | {wanted or ''} |"
                f" {runs[0].processor:.1f} | {out.stat().st_size / 1e6:.0f} | {memory / 1e6:.0f} |"
                f" {memory / short.memory:.2f} |",
                flush=True,
            )
            out.unlink()


if __name__ == "__main__":
    main()
