"""What the first lines of a vector file tell: its dimension, and whether a line `count dimension` stands on top.

GloVe writes no such header, word2vec and fastText do. The dimension is that of most of the first lines, since any
single one may hold a word with spaces. (One ambiguity stays: in a file of dimension 1, a first word that is a whole
number looks like a header and is taken for one.)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from embeddings.formats.text_line import strip_line
from textprep.errors import InputError

_LINES = 1000
_REMEDY = "is it text? The binary files of word2vec and fastText are not read, their text form (.vec) is"


@dataclass(frozen=True)
class TextHeader:
    """What is known of a file before its rows are read."""

    dimension: int
    size: int = 0
    """Bytes before the first row: the header and blank lines above it; 0 without a header."""
    lines: int = 0
    """Lines before the first row, likewise."""
    announced: int | None = None
    """The number of rows that the header promises."""


def find_header(piece: bytes, path: Path) -> TextHeader:
    """The header of a file, or what takes its place, from the first piece of its text.

    Raises:
        InputError: No line holds a vector, or the header announces another dimension than the rows have.
    """
    counts: list[int] = []  # numbers per line, were the word in one piece
    first, position, number, header_end = b"", 0, 0, 0
    for number, line in enumerate(islice(BytesIO(piece), _LINES), start=1):
        position += len(line)
        if stripped := strip_line(line):
            counts.append(stripped.count(b" "))
            if len(counts) == 1:
                first, header_end, header_line = stripped, position, number
    if not counts:
        raise InputError("holds no vectors", file=path)
    is_header = counts[0] == 1 and all(field.isdigit() and len(field) < 20 for field in first.split(b" "))
    rows = counts[1:] if is_header else counts
    dimension = Counter(rows).most_common(1)[0][0] if rows else 0
    if dimension == 0:
        problem = "holds no vectors: no line is a word and numbers, separated by spaces"
        raise InputError(problem, file=path, remedy=_REMEDY)
    if not is_header:
        return TextHeader(dimension)
    announced, announced_dimension = map(int, first.split(b" "))
    if announced_dimension != dimension:
        problem = f"the header announces dimension {announced_dimension}, but the rows have {dimension} numbers"
        raise InputError(problem, file=path, line=header_line, remedy=_REMEDY)
    return TextHeader(dimension, header_end, header_line, announced)
