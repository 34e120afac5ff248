"""Two files of lines that belong together: line n of the one is the translation of line n of the other, as in the
corpora of statmt.org.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, undecodable
from textprep.readers.row import Row, Table
from textprep.readers.source import PathLike, numbered_lines, shown

FIRST, SECOND = "first", "second"


def parallel_lines(first: PathLike, second: PathLike, encoding: str) -> Table:
    """The lines of both files as rows with the columns `FIRST` and `SECOND`; where both lines are blank there is none.

    Its rows raise:
        InputError: A file cannot be read, or one has more lines than the other.
        ConfigError: There is no such encoding.
    """
    return Table(f"{shown(first)} + {shown(second)}", [FIRST, SECOND], _rows((first, second), encoding))


def _rows(paths: tuple[PathLike, PathLike], encoding: str) -> Iterator[Row | BadRow]:
    files = [shown(path) for path in paths]
    sides = [numbered_lines(path, encoding) for path in paths]
    for number, pair in enumerate(zip_longest(*sides), 1):
        if None in pair:
            more = number + sum(1 for _ in sides[pair.index(None) - 1])
            raise _uneven(files, pair.index(None), number, more)
        lines = [line for _, line in pair]
        found = zip(files, lines, strict=True)
        faults = [bad for file, line in found if (bad := undecodable(file, number, line, encoding))]
        blank = [not line.strip(b" \t") for line in lines]
        if faults:
            yield faults[0]
        elif not any(blank):
            yield Row(number, b"\t".join(lines), {FIRST: lines[0].decode(), SECOND: lines[1].decode()})
        elif not all(blank):
            here = blank.index(True)
            reason = f"the line is empty, and that of {files[1 - here]} is not"
            yield BadRow(files[here], number, reason, b"\t".join(lines), "correct it, or leave out both lines")


def _uneven(files: list[str], short: int, line: int, more: int) -> InputError:
    """The error for a file that ends before `line`, where the other has `more` lines in all."""
    problem = f"ends after {line - 1} lines, where {files[1 - short]} has {more}"
    remedy = "the two belong together line by line; look for a line that only one of them has"
    return InputError(problem, file=files[short], line=line, remedy=remedy)
