"""CoNLL column files (conll.cemantix.org; the shared tasks of 2000 to 2003): one token a line, a blank line between
sentences, columns parted by spaces or tabs, `-DOCSTART-` before each document. A `#` is a word like any other.
"""

from __future__ import annotations

import re

from pipelines.datasets.tag_scheme import to_iob2
from pipelines.datasets.tagged_sentences import TaggedSentences
from textprep.errors import InputError
from textprep.readers.source import PathLike, numbered_lines, shown

_DOCUMENT_START = "-DOCSTART-"
_BLANKS = re.compile("[ \t]+")  # only these: a word may hold U+00A0 and other white space
_REMEDY = "set the word column and the tag column, counted from 0"


def read_conll(
    path: PathLike, word_column: int = 0, tag_column: int = -1, scheme: str | None = None
) -> TaggedSentences:
    """Read the words and tags of a whole file.

    Args:
        path: The file, perhaps compressed (`.gz`, `.xz`), or `-`.
        word_column: The column of the words, counted from 0, or from -1 at the end.
        tag_column: The column of the tags, likewise.
        scheme: IOB1, IOB2, BIOES (IOBES) or BILOU; None chooses the one that the tags obey.

    Raises:
        InputError: The file cannot be read or holds no sentence; a line is not UTF-8, lacks a column or has another
            number of columns than the first; a tag is none or may not stand where it does.
        ConfigError: There is no such scheme.
    """
    file = shown(path)
    words: list[list[str]] = []
    tags: list[list[str]] = []
    document: list[int] = []
    lines: list[int] = []
    current = -1  # the document, counted from 0 whether or not the file begins with a mark
    inside = False  # a sentence
    width = word = tag = 0
    for number, line in numbered_lines(path):
        columns = _BLANKS.split(line.strip(" \t"))
        if columns[0] in {"", _DOCUMENT_START}:
            inside = False
            current += columns[0] == _DOCUMENT_START
            continue
        if not width:
            width = len(columns)
            word, tag = (_position(column, width, file, number) for column in (word_column, tag_column))
            if word == tag:
                raise InputError("words and tags are in the same column", file=file, line=number, remedy=_REMEDY)
        if len(columns) != width:
            problem = f"{len(columns)} columns where the lines before have {width}"
            raise InputError(problem, file=file, line=number, remedy="correct the line")
        if not inside:
            inside = True
            current = max(current, 0)
            words.append([])
            tags.append([])
            document.append(current)
            lines.append(number)
        words[-1].append(columns[word])
        tags[-1].append(columns[tag])
    if not words:
        raise InputError("there are no sentences", file=file, remedy="a sentence is one token a line, and a blank line")
    # The tokens of a sentence stand on consecutive lines.
    tags = to_iob2(tags, scheme, file=file, line_of=lambda sentence, token: lines[sentence] + token)
    return TaggedSentences(words, tags, document, lines, file)


def _position(column: int, width: int, file: str, line: int) -> int:
    """The column counted from the left."""
    if not -width <= column < width:
        raise InputError(f"there is no column {column} among {width}", file=file, line=line, remedy=_REMEDY)
    return column % width
