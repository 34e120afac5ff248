"""Opening word vectors: the first time, again, and nearest words; beside gensim, pandas, pyarrow and a Python loop.

Run as `python -m benchmarks.vectors [--data-dir DIR]`; without the real GloVe file in `DIR/glove` only the generated
file is measured. Every peer reads the same file in the same run, from the page cache. Each figure is the best of a few
runs, except where it says otherwise. Processor time is that of all threads together: unlike the clock, it hardly
depends on what else the machine is doing.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import WordVectors

GLOVE = "glove/glove.6B.50d.txt.gz"
AGAIN = """
import sys, time, numpy, pyarrow.ipc, gensim.models
from embeddings import WordVectors
KeyedVectors, load = gensim.models.KeyedVectors, WordVectors.open
began = time.perf_counter()
{call}
print(time.perf_counter() - began)
"""


def seconds(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """The shortest time of some runs by the clock, and the shortest time of the processors."""
    clock, processor = [], []
    for _ in range(runs):
        began = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - began[0])
        processor.append(time.process_time() - began[1])
    return min(clock), min(processor)


def in_new_process(call: str, *arguments: str, runs: int = 5) -> float:
    """The median time of a call as the first one of a process that has done its imports."""
    code = AGAIN.format(call=call)
    command = [sys.executable, "-c", code, *arguments]
    return statistics.median(float(subprocess.check_output(command, text=True)) for _ in range(runs))


def generate(path: Path, words: int, dimension: int) -> None:
    random = np.random.default_rng(0)
    with path.open("w") as file:
        for i in range(words):
            numbers = random.standard_normal(dimension)
            file.write(f"word{i} " + " ".join([f"{x:.6f}" for x in numbers.tolist()]) + "\n")


def read_in_python(path: Path) -> tuple[list[str], np.ndarray]:
    words, rows = [], []
    with path.open(encoding="utf-8") as file:
        for line in file:
            word, *numbers = line.rstrip().split(" ")
            words.append(word)
            rows.append(np.array(numbers, np.float32))
    return words, np.stack(rows)


def read_with_pyarrow(path: Path) -> np.ndarray:
    from pyarrow import csv

    table = csv.read_csv(
        path,
        read_options=csv.ReadOptions(autogenerate_column_names=True),
        parse_options=csv.ParseOptions(delimiter=" ", quote_char=False),
    )
    return np.column_stack([column.to_numpy() for column in table.columns[1:]]).astype(np.float32)


def read_with_pandas(path: Path) -> np.ndarray:
    import csv

    import pandas

    frame = pandas.read_csv(path, sep=" ", header=None, quoting=csv.QUOTE_NONE, na_filter=False, engine="c")
    return frame.iloc[:, 1:].to_numpy(np.float32)


def measure(name: str, path: Path, cache: Path) -> None:
    from gensim.models import KeyedVectors

    def first_open() -> WordVectors:
        shutil.rmtree(cache, ignore_errors=True)
        return WordVectors.open(path, cache_dir=cache)

    def gensim_open() -> Any:
        return KeyedVectors.load_word2vec_format(str(path), no_header=True)

    size = path.stat().st_size / 1e6
    peers: list[tuple[str, Callable[[], object], int]] = [
        ("textmill: parse, hash and write the store", first_open, 5),
        ("gensim `load_word2vec_format`", gensim_open, 1),
        ("pyarrow csv, floats only", lambda: read_with_pyarrow(path), 3),
        ("a Python loop with numpy", lambda: read_in_python(path), 1),
    ]
    if importlib.util.find_spec("pandas"):
        peers.insert(2, ("pandas C engine", lambda: read_with_pandas(path), 3))
    times = {peer: seconds(work, runs) for peer, work, runs in peers}
    slow, _ = times["gensim `load_word2vec_format`"]
    print(f"\n### {name}, {size:.0f} MB\n")
    print("| first open | s | MB/s | × gensim | processor s |\n|---|---:|---:|---:|---:|")
    for peer, (clock, processor) in times.items():
        print(f"| {peer} | {clock:.2f} | {size / clock:.0f} | {slow / clock:.1f} | {processor:.2f} |")

    ours, theirs = first_open(), gensim_open()
    saved = str(cache / "gensim.kv")
    theirs.save(saved)
    again = in_new_process("load(sys.argv[1], cache_dir=sys.argv[2])", str(path), str(cache))
    mapped = in_new_process("KeyedVectors.load(sys.argv[1], mmap='r')", saved)
    print("\n| open again, in a new process after its imports (median of 5) | ms |\n|---|---:|")
    print(f"| textmill | {again * 1e3:.1f} |\n| gensim `.kv`, memory-mapped | {mapped * 1e3:.1f} |")

    word = ours.words[1000]
    theirs.most_similar(word)  # computes its norms
    print(f"\n| the 10 words nearest to {word!r} | ms |\n|---|---:|")
    print(f"| textmill | {seconds(lambda: ours.nearest(word), 20)[0] * 1e3:.1f} |")
    print(f"| gensim | {seconds(lambda: theirs.most_similar(word), 20)[0] * 1e3:.1f} |", flush=True)


def warm_up(folder: Path) -> None:
    """Compile, or load what an earlier run compiled, on a file of one line; says how long that took."""
    tiny = folder / "tiny.txt"
    tiny.write_text("word 0.5\n")
    first, _ = seconds(lambda: WordVectors.open(tiny, cache_dir=folder / "warm"), 1)
    code = "import sys; from embeddings import WordVectors; WordVectors.open(sys.argv[1], cache_dir=sys.argv[2])"
    command = [sys.executable, "-c", code, str(tiny), str(folder / "cold")]
    fresh = os.environ | {"TEXTMILL_CACHE": str(folder / "compiled")}
    compiled, _ = seconds(lambda: subprocess.run(command, check=True, env=fresh), 1)
    print(f"Very first open on a machine (a process with its imports and the compilation): {compiled:.1f} s;")
    print(f"first open in this process, with what earlier runs compiled: {first:.2f} s. Neither is counted below.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("TEXTMILL_DATA", "data")))
    glove = parser.parse_args().data_dir / GLOVE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warm_up(folder)
        if glove.exists():
            path = folder / "glove.6B.50d.txt"
            with gzip.open(glove) as packed, path.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
            measure("GloVe 6B, 400,000 × 50", path, folder / "cache")
            path.unlink()
        path = folder / "generated.txt"
        generate(path, 100_000, 300)
        measure("Generated, 100,000 × 300", path, folder / "cache")


if __name__ == "__main__":
    main()
