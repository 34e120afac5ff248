"""CoNLL-U (universaldependencies.org/format.html): one word a line in ten columns parted by tabs, a blank line after
each sentence, comments before it. Lines of multi-word tokens (`3-4`) and of empty nodes (`5.1`) are no words.
"""

from __future__ import annotations

from pipelines.datasets.sentence_lines import SentenceLines, decoded, sentence_lines
from pipelines.datasets.tagged_sentences import TaggedSentences
from textprep.errors import InputError, unknown_name
from textprep.readers.bad_row import BadRow, OnBadRow, refuse
from textprep.readers.encoding import UTF8
from textprep.readers.source import PathLike, shown

COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_FORM = COLUMNS.index("form")
_EMPTY = "_"


def read_conllu(
    path: PathLike, column: str = "upos", *, encoding: str = UTF8, on_bad_row: OnBadRow | None = None
) -> TaggedSentences:
    """Read the words of a whole file, with one of its columns as their tags, as it stands there.

    Args:
        path: The file, perhaps compressed (`textprep.readers.documents`), or `-`.
        column: upos, xpos, lemma, feats, head, deprel, deps or misc.
        encoding: The encoding of the file, by any name that Python knows.
        on_bad_row: What gets each sentence with a line that cannot be used; without it the first one is an error.

    Returns:
        The sentences; a document begins where a comment says `# newdoc`.

    Raises:
        InputError: The file cannot be read, holds no sentence, or nothing in that column; a line cannot be decoded,
            has not ten columns, none of which may be empty, or is out of order.
        ConfigError: There is no such column or encoding.
    """
    if column not in COLUMNS[2:]:
        raise unknown_name("column of CoNLL-U", column, COLUMNS[2:])
    file, place = shown(path), COLUMNS.index(column)
    on_bad_row = on_bad_row or refuse
    read = TaggedSentences([], [], [], [], file)
    document = -1
    for sentence in sentence_lines(path, encoding):
        document += any(line.split()[:2] == [b"#", b"newdoc"] for line in sentence.lines)
        lines = decoded(path, sentence, encoding)
        words = lines if isinstance(lines, BadRow) else _words(file, sentence, lines)
        if isinstance(words, BadRow):
            on_bad_row(words)
        elif words:
            document = max(document, 0)
            read.words.append([fields[_FORM] for fields in words])
            read.tags.append([fields[place] for fields in words])
            read.document.append(document)
            read.lines.append(sentence.first)
    if not len(read):
        raise InputError("there are no sentences", file=file, remedy="a word is a line of ten columns parted by tabs")
    if all(tag == _EMPTY for tags in read.tags for tag in tags):
        raise InputError(f"there is nothing in the column {column}", file=file, remedy="choose another column")
    return read


def _words(file: str, sentence: SentenceLines, lines: list[str]) -> list[list[str]] | BadRow:
    """The ten fields of each word."""
    words: list[list[str]] = []
    for number, line in enumerate(lines, sentence.first):
        if line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != len(COLUMNS):
            reason = f"{len(fields)} columns where CoNLL-U has {len(COLUMNS)}, parted by tabs"
            return sentence.bad(file, number, reason)
        if "" in fields:
            reason = f"the column {COLUMNS[fields.index('')]} is empty; CoNLL-U writes {_EMPTY}"
            return sentence.bad(file, number, reason)
        if "-" in fields[0] or "." in fields[0]:
            continue
        if fields[0] != str(len(words) + 1):
            return sentence.bad(file, number, f"the word has the number {fields[0]!r} where {len(words) + 1} is due")
        words.append(fields)
    return words
