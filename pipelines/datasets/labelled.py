"""Texts with one label each, from a table with named columns or from "label text" lines.

| name ends in | is read as |
|---|---|
| `.tsv` | tab-separated with a header, quotes are plain text, as GLUE's SST-2 |
| `.csv` | RFC 4180 with a header |
| `.jsonl`, `.ndjson`, `.json` | one JSON object a line |
| anything else | `1 a gripping film` (`stsa.binary.train`) or fastText's `__label__pos a gripping film` |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.datasets.aclimdb import read_aclimdb
from pipelines.datasets.labelled_texts import LabelledTexts
from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, refuse
from textprep.readers.columns import LABEL_NAMES, TEXT_NAMES, choose_column
from textprep.readers.jsonl import jsonl_rows
from textprep.readers.row import Row
from textprep.readers.separated import csv_rows, tsv_rows
from textprep.readers.source import PathLike, numbered_lines, shown, suffix

_FASTTEXT = "__label__"
_BLANKS = re.compile("[ \t]+")
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz")


def open_labelled(
    path: PathLike, *, text: str | None = None, label: str | None = None, split: str = "train"
) -> LabelledTexts:
    """Labelled texts from whatever `path` is: a folder or tar archive by `read_aclimdb`, a file by `read_labelled`.

    Args:
        path: The folder, archive or file.
        text: The column of the texts, for a file.
        label: The column of the labels, for a file.
        split: train or test, for a folder or archive.

    Raises:
        InputError: As the two readers.
        ConfigError: There is no such split.
    """
    if Path(path).is_dir() or str(path).lower().endswith(_ARCHIVES):
        return read_aclimdb(path, split)
    return read_labelled(path, text, label)


def read_labelled(path: PathLike, text: str | None = None, label: str | None = None) -> LabelledTexts:
    """Read a whole file; the result says which columns were taken.

    Args:
        path: The file, perhaps compressed (`.gz`, `.xz`), or `-` for "label text" lines.
        text: The column of the texts; None takes the first there is of text, sentence, review, content.
        label: The column of the labels; None takes the first there is of label, sentiment, class, target.
            "label text" lines have no columns, and need neither.

    Raises:
        InputError: The file cannot be read, lacks a column, holds no row, or has a bad row or an empty label.
    """
    ending = suffix(path)
    if ending == ".parquet":
        remedy = "use datasets.load_dataset('parquet', ...) and from_dataset, or convert it to JSONL"
        raise InputError("labelled texts are not read from Parquet", file=path, remedy=remedy)
    if ending in {".jsonl", ".ndjson", ".json"}:
        return _from_rows(shown(path), jsonl_rows(path), text, label)
    if ending in {".csv", ".tsv"}:
        return _from_rows(shown(path), csv_rows(path) if ending == ".csv" else tsv_rows(path), text, label)
    return _from_lines(path)


def _from_rows(file: str, rows: Iterator[Row | BadRow], text: str | None, label: str | None) -> LabelledTexts:
    texts: list[str] = []
    labels: list[str] = []
    columns = None
    for row in rows:
        if isinstance(row, BadRow):
            refuse(row)
        if columns is None:
            present = list(row.values)
            columns = (
                choose_column(text, TEXT_NAMES, present, file),
                choose_column(label, LABEL_NAMES, present, file),
            )
        value = row.values.get(columns[0])
        if not isinstance(value, str):
            raise InputError(f"{columns[0]!r} is not a string", file=file, line=row.line, remedy="correct the row")
        texts.append(value)
        labels.append(_label(row.values.get(columns[1]), columns[1], file, row.line))
    if not texts:
        raise InputError("there are no labelled texts", file=file, remedy="put one on each line")
    return LabelledTexts(texts, labels, file, columns)


def _label(value: object, column: str, file: str, line: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        problem = f"{column!r} is neither a string nor a whole number"
        raise InputError(problem, file=file, line=line, remedy="correct the label")
    if not (label := value.strip()):
        raise InputError(f"{column!r} is empty", file=file, line=line, remedy="give the row a label or leave it out")
    return label


def _from_lines(path: PathLike) -> LabelledTexts:
    file = shown(path)
    texts: list[str] = []
    labels: list[str] = []
    fasttext = False
    for number, line in numbered_lines(path):
        if not line.strip(" \t"):
            continue
        label, *rest = _BLANKS.split(line, maxsplit=1)
        if not texts:
            fasttext = label.startswith(_FASTTEXT)
        problem = None
        if fasttext != label.startswith(_FASTTEXT):
            problem = f"the label {label!r} is written otherwise than on the first line ({_FASTTEXT})"
        elif not label.removeprefix(_FASTTEXT):
            problem = "the label is empty"
        elif not rest or not rest[0].strip(" \t"):
            problem = f"no text follows the label {label!r}"
        elif fasttext and rest[0].startswith(_FASTTEXT):
            problem = "the text has more than one label"
        if problem:
            raise InputError(problem, file=file, line=number, remedy="a line is a label, a space, and the text")
        labels.append(label.removeprefix(_FASTTEXT))
        texts.append(rest[0])
    if not texts:
        raise InputError("there are no labelled texts", file=file, remedy="put a label and a text on each line")
    return LabelledTexts(texts, labels, file)
