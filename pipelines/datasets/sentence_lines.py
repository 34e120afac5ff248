"""Sentences as runs of lines between blank ones, as CoNLL's column files and CoNLL-U have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textprep.readers.bad_row import BadRow, encoding_remedy
from textprep.readers.encoding import utf8_fault
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


def decoded(path: PathLike, sentence: SentenceLines, encoding: str) -> list[str] | BadRow:
    """The lines as text, or the bad row that the sentence is if one of them cannot be decoded."""
    whole = b"\n".join(sentence.lines)
    try:
        return whole.decode().split("\n")
    except UnicodeDecodeError as error:
        place = whole.count(b"\n", 0, error.start)
        reason = utf8_fault(sentence.lines[place], encoding) or str(error)
        return sentence.bad(shown(path), sentence.first + place, reason, encoding_remedy(encoding))
