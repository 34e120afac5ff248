"""Write word_break.txt, the character properties that UAX #29 word boundaries need, for Unicode 17.0.

The properties are read off the `regex` package, whose release 2025.11.3 carries the tables of Unicode 17.0
(other releases carry other versions, and this script refuses them). To make the file again:

    pip install regex==2025.11.3 && python -m textprep.unicode.generate
"""

from __future__ import annotations

import importlib.metadata
from itertools import groupby

from textprep.atomic import atomic_file
from textprep.unicode.word_break import CLASSES, TABLE_FILE

UNICODE_VERSION = "17.0"
REGEX_RELEASE = "2025.11.3"
FLAGS = ("Extended_Pictographic", "White_Space", "XID_Continue")


def main() -> None:
    """Write the table as lines `first..last class flag...`, ranges in hexadecimal, unlisted ones `Other`."""
    import regex  # type: ignore[import-untyped,import-not-found,unused-ignore]

    release = importlib.metadata.version("regex")
    if release != REGEX_RELEASE:
        raise SystemExit(f"regex {release} is installed; Unicode {UNICODE_VERSION} needs {REGEX_RELEASE}")

    every = "".join(chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    properties = [""] * 0x110000
    for name in CLASSES[1:]:
        for character in regex.findall(rf"\p{{WB={name}}}", every):
            properties[ord(character)] = name
    for flag in FLAGS:
        for character in regex.findall(rf"\p{{{flag}}}", every):
            point = ord(character)
            properties[point] = f"{properties[point] or 'Other'} {flag}"

    lines = [f"# Unicode {UNICODE_VERSION}: Word_Break and {', '.join(FLAGS)}; made by textprep/unicode/generate.py"]
    for name, run in groupby(range(0x110000), key=properties.__getitem__):
        points = list(run)
        if name:
            lines.append(f"{points[0]:04X}..{points[-1]:04X} {name}")
    with atomic_file(TABLE_FILE) as part:
        part.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
