"""Lines of a label and a text: `1 a gripping film` (`stsa.binary.train`), or as fastText has them (fasttext.cc/docs),
`__label__pos a gripping film`, where several labels may stand. Blank lines are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from textprep.readers.bad_row import BadRow, undecodable
from textprep.readers.row import Row, Table
from textprep.readers.source import PathLike, numbered_lines, shown

LABEL, TEXT = "label", "text"
_PREFIX = "__label__"
_BLANKS = re.compile("[ \t]+")


def label_lines(path: PathLike, encoding: str, several: bool = False) -> Table:
    """The lines as rows with the columns `LABEL` and `TEXT`.

    Args:
        path: The file.
        encoding: Its encoding.
        several: Whether a line may have any number of labels, all with `__label__`; they come as a list. Otherwise
            each line has one, all of them with `__label__` or all without.
    """
    return Table(shown(path), [LABEL, TEXT], _rows(path, encoding, _several_labels if several else _OneLabel()))


def _rows(path: PathLike, encoding: str, parse: Callable[[str], tuple[object, str]]) -> Iterator[Row | BadRow]:
    file = shown(path)
    for number, raw in numbered_lines(path, encoding):
        if bad := undecodable(file, number, raw, encoding):
            yield bad
        elif raw.strip(b" \t"):
            try:
                label, text = parse(raw.decode())
            except ValueError as error:
                yield BadRow(file, number, str(error), raw, "a line is a label, a space, and the text")
            else:
                yield Row(number, raw, {LABEL: label, TEXT: text})


class _OneLabel:
    """The label and the text of a line; the first good line tells whether labels have the prefix."""

    def __init__(self) -> None:
        self.marked: bool | None = None

    def __call__(self, line: str) -> tuple[str, str]:
        label, text = _cut(line)
        marked = label.startswith(_PREFIX)
        if self.marked not in {None, marked}:
            raise ValueError(f"the label {label!r} is written otherwise than on the first line ({_PREFIX})")
        if not label.removeprefix(_PREFIX):
            raise ValueError("the label is empty")
        if not text.strip(" \t"):
            raise ValueError(f"no text follows the label {label!r}")
        if marked and text.startswith(_PREFIX):
            raise ValueError("the text has more than one label")
        self.marked = marked
        return label.removeprefix(_PREFIX), text


def _several_labels(line: str) -> tuple[list[str], str]:
    labels, text = [], line
    while text.startswith(_PREFIX):
        label, text = _cut(text)
        labels.append(label.removeprefix(_PREFIX))
    if "" in labels:
        raise ValueError("the label is empty")
    if not text.strip(" \t"):
        raise ValueError("no text follows the labels")
    return labels, text


def _cut(line: str) -> tuple[str, str]:
    """The first word of a line, and what follows the blanks behind it."""
    word, *rest = _BLANKS.split(line, maxsplit=1)
    return word, "".join(rest)
