"""Conformance: Unicode's own word-break lines and the Snowball project's own stems, through the public interface.

Run as `python -m benchmarks.unicode [--data-dir DIR]`; ends with status 1 if a line fails.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.data_folder import parser
from textprep import Pipeline, Stem, Words

# PyStemmer 3.1 carries a Finnish stemmer that differs from this vocabulary in what it does behind -h- (akashin).
KNOWN = {"snowball/finnish": 103}
WHITE_SPACE = frozenset(map(chr, [*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029]))
WHITE_SPACE |= frozenset("\u202f\u205f\u3000")


def word_breaks(file: Path) -> tuple[int, int]:
    """How many lines give the same segments, and how many there are; segments of white space are no tokens."""
    texts, expected = [], []
    for line in file.read_text(encoding="utf-8").splitlines():
        marked = line.partition("#")[0].split()
        if marked:
            segments = "".join(mark if mark in "÷×" else chr(int(mark, 16)) for mark in marked)
            parts = [part.replace("×", "") for part in segments.split("÷") if part]
            texts.append("".join(parts))
            expected.append([part for part in parts if not WHITE_SPACE.issuperset(part)])
    tokens = Pipeline(Words())(texts)
    found = [[text[a:b] for a, b in tokens.spans(k)] for k, text in enumerate(texts)]
    return sum(a == b == c for a, b, c in zip(expected, found, tokens.to_lists(), strict=True)), len(texts)


def stems(algorithm: str, words: list[str], expected: list[str]) -> tuple[int, int]:
    found = [stem or "" for stem in Stem(algorithm, empty="drop").map_words(words)]
    return sum(a == b for a, b in zip(found, expected, strict=True)), len(words)


def results(data: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    file = data / "unicode" / "auxiliary" / "WordBreakTest.txt"
    yield "unicode/auxiliary/WordBreakTest.txt", word_breaks(file)
    for folder in sorted(file.parent for file in (data / "snowball").glob("*/voc.txt")):
        words, expected = (
            (folder / name).read_text(encoding="utf-8").splitlines() for name in ("voc.txt", "output.txt")
        )
        yield f"snowball/{folder.name}", stems(folder.name, words, expected)
    with zipfile.ZipFile(data / "nltk_data" / "porter_test.zip") as archive:
        words, expected = (
            archive.read(f"porter_test/porter_{name}.txt").decode().splitlines()
            for name in ("vocabulary", "original_output")
        )
        yield "nltk_data/porter_test.zip", stems("porter", words, expected)


def main() -> None:
    data = Path(parser(__doc__).parse_args().data_dir)
    failed = 0
    for name, (passed, total) in results(data):
        known = KNOWN.get(name, 0)
        failed += total - passed > known
        print(f"{name:40} {passed:>6}/{total}" + (f"  ({known} known differences)" if known else ""))
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
