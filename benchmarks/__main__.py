"""All benchmarks, one after the other: `python -m benchmarks [--data-dir DIR]`."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.data_folder import parser

RUNS = (
    ("startup",),
    ("unicode",),
    ("preprocessing",),
    ("lexicon",),
    ("text_stages",),
    ("prep",),
    ("memory",),
    ("vectors",),
    ("crf",),
    ("loop",),
    ("ner",),
    ("sentiment", "sst2"),
    ("sentiment", "imdb"),
    ("classification",),
    ("generation",),
    ("language_models", "shakespeare"),
    ("language_models", "ptb"),
    ("translation", "transformer"),
    ("translation", "rnn"),
)


def main() -> None:
    arguments = parser(__doc__).parse_args()
    for name, *rest in RUNS:
        print(f"\n## {' '.join([name, *rest])}\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *rest, "--data-dir", str(arguments.data_dir)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
