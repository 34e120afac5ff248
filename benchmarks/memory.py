"""The most memory that `textmill prep` takes, and that it does not grow with the input.

Run as `python -m benchmarks.memory [--data-dir DIR]`. Each row of the first table is a format of input and one of
output: the training reviews of IMDB twice over, which is enough to fill all queues, and ten times that, and how many
times as much the larger file takes; at its end stand words of which none comes twice. The second table is one document
of 200 MB. Each run is a process of its own; what is given is the peak of its resident memory, which differs by some
percent from one time to the next: the median of three runs.
"""

from __future__ import annotations

import csv
import gzip
import json
import multiprocessing
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.data_folder import machine, parser
from benchmarks.prep import TIMES, run
from benchmarks.preprocessing import REVIEWS, reviews

LONG = 200_000_000  # bytes of the long document
NEW_WORDS = 100  # in a document of them
OUTPUTS = (".parquet", ".jsonl", ".txt")
BASE = 2  # times the reviews in the smaller file
GROWTH = 1.1  # the most that is wanted
RUNS = 3


def write_txt(texts: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{text}\n" for text in texts)


def write_jsonl(texts: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": row, "text": text}) + "\n" for row, text in enumerate(texts))


def write_csv(texts: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "text"))
        rows.writerows(enumerate(texts))


def write_tsv(texts: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("id\ttext\n")
        file.writelines(f"{row}\t{text.replace(chr(9), ' ')}\n" for row, text in enumerate(texts))


def write_parquet(texts: Iterable[str], path: Path) -> None:
    """All rows in one row group, which is the hardest to read in pieces."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    column = list(texts)
    pq.write_table(pa.table({"id": range(len(column)), "text": column}), path, row_group_size=len(column))


WRITE: dict[str, Callable[[Iterable[str], Path], None]] = {
    ".txt": write_txt,
    ".jsonl": write_jsonl,
    ".csv": write_csv,
    ".tsv": write_tsv,
    ".parquet": write_parquet,
}


def written(write: Callable[[Iterable[str], Path], None], texts: Iterable[str], path: Path) -> None:
    """Write a file in a process of its own: what this one has ever taken would count for those that it starts."""
    process = multiprocessing.get_context("fork").Process(target=write, args=(texts, path))
    process.start()
    process.join()


def packed(path: Path) -> Path:
    target = path.with_name(path.name + ".gz")
    with path.open("rb") as plain, gzip.open(target, "wb", 1) as file:
        shutil.copyfileobj(plain, file, 1 << 20)
    return target


def new_words(size: int) -> Iterator[str]:
    """Documents of about `size` bytes in all, in which no word comes twice."""
    draw = random.Random(0)
    while size > 0:
        yield (text := " ".join(f"w{draw.getrandbits(56):x}" for _ in range(NEW_WORDS)))
        size -= len(text) + 1


def peak(source: Path, ending: str, threads: int) -> float:
    """Megabytes that a process takes at most, the median of a few."""
    out = source.with_name(f"out{ending}")
    memory = statistics.median(run(source, out, "words", threads).memory for _ in range(RUNS))
    out.unlink()
    return memory / 1e6


def grown(name: str, small: Path, large: Path, ending: str, threads: int) -> None:
    once, often = peak(small, ending, threads), peak(large, ending, threads)
    high = "" if often <= GROWTH * once else " more than wanted"
    print(f"| {name} | {ending} | {threads} | {once:.0f} | {often:.0f} | {often / once:.2f}{high} |", flush=True)


def growth(texts: list[str], folder: Path) -> None:
    print(f"\n| input | output | threads | MB | MB, {TIMES} times the input | ratio |\n|{'---|' * 6}")
    for ending, write in WRITE.items():
        small, large = folder / f"once{ending}", folder / f"often{ending}"
        written(write, (text for _ in range(BASE) for text in texts), small)
        written(write, (text for _ in range(BASE * TIMES) for text in texts), large)
        for out in OUTPUTS:
            for threads in (1, 2):
                grown(ending, small, large, out, threads)
        if ending != ".parquet":
            grown(f"{ending}.gz", packed(small), packed(large), ".parquet", 1)
        for path in folder.iterdir():
            path.unlink()
    size = BASE * sum(len(text.encode()) for text in texts)
    small, large = folder / "once.txt", folder / "often.txt"
    write_txt(new_words(size), small)
    write_txt(new_words(TIMES * size), large)
    for out in OUTPUTS:
        for threads in (1, 2):
            grown(".txt, new words", small, large, out, threads)
    small.unlink()
    large.unlink()


def long_document(texts: list[str], folder: Path) -> None:
    print(f"\n| one document of {LONG / 1e6:.0f} MB as | output | MB |\n|{'---|' * 3}")
    needed = LONG // max(1, sum(map(len, texts))) + 1
    text = " ".join(islice((text for _ in range(needed) for text in texts), len(texts) * needed))[:LONG]
    for ending, write in WRITE.items():
        source = folder / f"long{ending}"
        written(write, [text], source)
        for out in OUTPUTS:
            print(f"| {ending} | {out} | {peak(source, out, 1):.0f} |", flush=True)
        source.unlink()


def main() -> None:
    texts = [" ".join(text.split()) for text in reviews(Path(parser(__doc__).parse_args().data_dir) / REVIEWS)]
    print(machine("numpy", "pyarrow", "numba"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_txt(texts[:100], folder / "warm.txt")
        for ending in OUTPUTS:
            peak(folder / "warm.txt", ending, 1)  # the kernels are compiled
        growth(texts, folder)
        long_document(texts, folder)


if __name__ == "__main__":
    main()
