"""Sentences as runs of lines between blank ones, as CoNLL's column files and CoNLL-U have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textprep.readers.bad_row import BadRow, undecodable
from textprep.readers.source import PathLike, numbered_lines, shown


class SentenceLines(NamedTuple):
    """The lines of one sentence, which may hold bytes that are no text.

    Attributes:
        first: The number of the first line, counted from 1.
        lines: The lines as they stand in the file.
    """

    first: int
    lines: list[bytes]

    def bad(self, file: str, line: int, reason: str, remedy: str = "correct the line") -> BadRow:
        """The whole sentence as one that cannot be used, for what is wrong on `line`."""
        return BadRow(file, line, reason, b"\n".join(self.lines), remedy)


def sentence_lines(path: PathLike, encoding: str) -> Iterator[SentenceLines]:
    """Yield the sentences of a file.

    Raises:
        InputError: The file cannot be read.
        ConfigError: There is no such encoding.
    """
    held: list[bytes] = []
    number = 0
    for number, line in numbered_lines(path, encoding):
        if line.strip(b" \t"):
            held.append(line)
        elif held:
            yield SentenceLines(number - len(held), held)
            held = []
    if held:
        yield SentenceLines(number + 1 - len(held), held)


def undecodable_line(path: PathLike, sentence: SentenceLines, encoding: str) -> BadRow | None:
    """The bad row that the sentence is if a line of it cannot be decoded; None if all can."""
    for number, line in enumerate(sentence.lines, sentence.first):
        if bad := undecodable(shown(path), number, line, encoding):
            return sentence.bad(bad.file, number, bad.reason, bad.remedy)
    return None
