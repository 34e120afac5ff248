"""CoNLL column files (conll.cemantix.org; the shared tasks of 2000 to 2003): one token a line, a blank line between
sentences, columns parted by spaces or tabs, `-DOCSTART-` before each document. A `#` is a word like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.datasets.entity_tags import with_iob2
from pipelines.datasets.sentence_lines import SentenceLines, decoded, sentence_lines
from pipelines.datasets.tagged_sentences import TaggedSentences
from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, OnBadRow, refuse
from textprep.readers.encoding import UTF8
from textprep.readers.source import PathLike, shown

_DOCUMENT_START = re.compile(rb"[ \t]*-DOCSTART-(?:[ \t]|\Z)")
_BLANKS = re.compile("[ \t]+")  # only these: a word may hold U+00A0 and other white space
_REMEDY = "set the word column and the tag column, counted from 0"


def read_conll(
    path: PathLike,
    word_column: int = 0,
    tag_column: int = -1,
    scheme: str | None = None,
    *,
    strict: bool = False,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> TaggedSentences:
    """Read the words and tags of a whole file.

    Args:
        path: The file, perhaps compressed (`textprep.readers.documents`), or `-`.
        word_column: The column of the words, counted from 0, or from -1 at the end.
        tag_column: The column of the tags, likewise.
        scheme: IOB1, IOB2, BIOES (IOBES) or BILOU; none leaves any tags, such as parts of speech, as they are. None
            chooses the scheme that the tags obey, or else the one with the fewest faults.
        strict: Whether a tag that may not stand where it does is an error. Otherwise it is repaired as conlleval reads
            it, with a warning: what continues nothing begins an entity.
        encoding: The encoding of the file, by any name that Python knows.
        on_bad_row: What gets each sentence with a line that cannot be used; without it the first one is an error.

    Raises:
        InputError: The file cannot be read or holds no sentence; a line cannot be decoded, lacks a column or has
            another number of columns than the first; a tag is none; more than one tag in a hundred is out of place.
        ConfigError: There is no such scheme or encoding.
    """
    file = shown(path)
    on_bad_row = on_bad_row or refuse
    read = TaggedSentences([], [], [], [], file)
    kept: list[SentenceLines] = []
    width = word = tag = 0
    for document, sentence in _sentences(path, encoding):
        lines = decoded(path, sentence, encoding)
        if isinstance(lines, BadRow):
            on_bad_row(lines)
            continue
        rows = [_BLANKS.split(line.strip(" \t")) for line in lines]
        if not width:
            width = len(rows[0])
            word, tag = (_position(column, width, file, sentence.first) for column in (word_column, tag_column))
            if word == tag:
                problem = "words and tags are in the same column"
                raise InputError(problem, file=file, line=sentence.first, remedy=_REMEDY)
        uneven = next((place for place, row in enumerate(rows) if len(row) != width), None)
        if uneven is not None:
            problem = f"{len(rows[uneven])} columns where the lines before have {width}"
            on_bad_row(sentence.bad(file, sentence.first + uneven, problem))
            continue
        kept.append(sentence)
        read.words.append([row[word] for row in rows])
        read.tags.append([row[tag] for row in rows])
        read.document.append(document)
        read.lines.append(sentence.first)
    if not kept:
        raise InputError("there are no sentences", file=file, remedy="a sentence is one token a line, and a blank line")
    return with_iob2(
        read,
        scheme,
        strict=strict,
        line_of=lambda number, token: kept[number].first + token,
        bad_row_of=lambda number, fault: kept[number].bad(file, fault.line, fault.reason),
        on_bad_row=on_bad_row,
    )


def _sentences(path: PathLike, encoding: str) -> Iterator[tuple[int, SentenceLines]]:
    """Each sentence with the number of its document, counted from 0 whether or not the file begins with a mark."""
    document = -1
    for first, lines in sentence_lines(path, encoding):
        begin = 0
        marks = [place for place, line in enumerate(lines) if _DOCUMENT_START.match(line)]
        for mark in [*marks, len(lines)]:
            if mark > begin:
                document = max(document, 0)
                yield document, SentenceLines(first + begin, lines[begin:mark])
            begin = mark + 1
            document += mark < len(lines)


def _position(column: int, width: int, file: str, line: int) -> int:
    """The column counted from the left."""
    if not -width <= column < width:
        raise InputError(f"there is no column {column} among {width}", file=file, line=line, remedy=_REMEDY)
    return column % width
