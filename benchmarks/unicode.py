"""Conformance: Unicode's own lines of word breaks and normal forms, and Snowball's own stems, by the public interface.

Run as `python -m benchmarks.unicode [--data-dir DIR]`; ends with status 1 if a line fails.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.data_folder import parser
from textprep import Pipeline, Stem, Texts, UnicodeForm, Words
from textprep.normalize.unicode_form import Form

# PyStemmer 3.1 carries a Finnish stemmer that differs from this vocabulary in what it does behind -h- (akashin).
KNOWN = {"snowball/finnish": 103}
# What each of the five columns of NormalizationTest.txt becomes, as the file's head says.
FORMS: dict[Form, tuple[int, ...]] = {
    "NFC": (1, 1, 1, 3, 3),
    "NFD": (2, 2, 2, 4, 4),
    "NFKC": (3, 3, 3, 3, 3),
    "NFKD": (4, 4, 4, 4, 4),
}
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


def normal_forms(file: Path) -> tuple[int, int, int]:
    """How many lines hold in all four forms, how many there are, and how many are left out besides.

    Those are of characters that Python's `unicodedata` does not know yet.
    """
    lines = (line.partition("#")[0].split(";")[:5] for line in file.read_text(encoding="utf-8").splitlines())
    rows = [["".join(chr(int(each, 16)) for each in column.split()) for column in row] for row in lines if row[4:]]
    known = [row for row in rows if all(unicodedata.category(letter) != "Cn" for letter in "".join(row))]
    columns = [list(column) for column in zip(*known, strict=True)]
    held = np.ones(len(known), bool)
    for form, becomes in FORMS.items():
        for column, expected in zip(columns, becomes, strict=True):
            found = UnicodeForm(form).edit(Texts.of(column)).strings
            held &= [a == b for a, b in zip(found, columns[expected], strict=True)]
    return int(held.sum()), len(known), len(rows) - len(known)


def stems(algorithm: str, words: list[str], expected: list[str]) -> tuple[int, int]:
    found = [stem or "" for stem in Stem(algorithm, empty="drop").map_words(words)]
    return sum(a == b for a, b in zip(found, expected, strict=True)), len(words)


def results(data: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    file = data / "unicode" / "auxiliary" / "WordBreakTest.txt"
    yield "unicode/auxiliary/WordBreakTest.txt", word_breaks(file)
    held, total, unknown = normal_forms(data / "unicode" / "NormalizationTest.txt")
    yield f"unicode/NormalizationTest.txt (not {unknown} newer)", (held, total)
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
        print(f"{name:44} {passed:>6}/{total}" + (f"  ({known} known differences)" if known else ""))
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
