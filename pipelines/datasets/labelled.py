"""Texts with labels, from a table or from lines of a label and a text.

| name ends in | is read as |
|---|---|
| `.tsv` | tab-separated, with or without a header, quotes are plain text, as GLUE's SST-2 |
| `.csv` | RFC 4180, with or without a header |
| `.jsonl`, `.ndjson`, `.json` | one JSON object a line |
| `.parquet` | Apache Parquet |
| anything else | `1 a gripping film` (`stsa.binary.train`) or fastText's `__label__pos a gripping film` |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pipelines.datasets.aclimdb import read_aclimdb
from pipelines.datasets.label_lines import LABEL, TEXT, label_lines
from pipelines.datasets.labelled_rows import collect, labelled_columns
from pipelines.datasets.labelled_texts import Label, LabelledTexts
from pipelines.datasets.labels import one_label, several_labels
from textprep.errors import InputError
from textprep.readers.bad_row import OnBadRow
from textprep.readers.columns import JOINER, LABEL_NAMES, LABELS_NAMES, Column
from textprep.readers.encoding import UTF8
from textprep.readers.parquet import parquet_columns, parquet_rows
from textprep.readers.row import Table
from textprep.readers.source import PathLike, shown, suffix
from textprep.readers.tables import is_table, open_table

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz")


def open_labelled(
    path: PathLike,
    *,
    text: Column | None = None,
    label: str | int | None = None,
    split: str = "train",
    header: bool = True,
    joiner: str = JOINER,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> LabelledTexts:
    """Labelled texts from whatever `path` is: a folder or tar archive by `read_aclimdb`, a file by `read_labelled`.

    Args:
        path: The folder, archive or file.
        text: The column of the texts, for a file.
        label: The column of the labels, for a file.
        split: train or test, for a folder or archive.
        header: As for `read_labelled`.
        joiner: As for `read_labelled`.
        encoding: As for `read_labelled`.
        on_bad_row: What gets each row or review that cannot be used; without it the first one is an error.

    Raises:
        InputError: As the two readers.
        ConfigError: There is no such split or encoding.
    """
    if Path(path).is_dir() or str(path).lower().endswith(_ARCHIVES):
        return read_aclimdb(path, split, on_bad_row=on_bad_row)
    return read_labelled(path, text, label, header=header, joiner=joiner, encoding=encoding, on_bad_row=on_bad_row)


def read_labelled(
    path: PathLike,
    text: Column | None = None,
    label: str | int | None = None,
    *,
    header: bool = True,
    joiner: str = JOINER,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> LabelledTexts:
    """Read a whole file of texts with one label each; the result says which columns were taken.

    Args:
        path: The file, perhaps compressed (`textprep.readers.documents`), or `-` for "label text" lines.
        text: The column of the texts: its name, its number from 0, or several to be joined. None takes the first
            there is of text, sentence, review, content.
        label: The column of the labels; None takes the first there is of label, sentiment, class, target.
            "label text" lines have no columns, and need neither.
        header: Whether the first row of CSV and TSV names the columns; else they are "0", "1", "2" and so on.
        joiner: What stands between the texts of several columns.
        encoding: The encoding of the file, by any name that Python knows; of no account for Parquet.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: The file cannot be read, lacks a column, or holds no good row or a bad one.
        ConfigError: There is no such encoding.
    """
    options = _Options(header, joiner, encoding, on_bad_row)
    return _read(path, text, label, one_label, LABEL_NAMES, options, several=False)


def read_multilabelled(
    path: PathLike,
    text: Column | None = None,
    labels: str | int | None = None,
    *,
    separator: str = ",",
    header: bool = True,
    joiner: str = JOINER,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> LabelledTexts[tuple[str, ...]]:
    """Read a whole file of texts with any number of labels each, perhaps none; each label counts once.

    Args:
        path: As for `read_labelled`. Lines have their labels as fastText has them: `__label__a __label__b a text`.
        text: As for `read_labelled`.
        labels: The column of the labels; None takes the first there is of labels, label, tags, classes, class.
        separator: What parts the labels where they are one string; JSON and Parquet may hold lists as well.
        header: As for `read_labelled`.
        joiner: As for `read_labelled`.
        encoding: As for `read_labelled`.
        on_bad_row: As for `read_labelled`.

    Raises:
        InputError: As `read_labelled`; or no text has a label.
        ConfigError: There is no such encoding.
    """

    def labels_of(value: object, column: str) -> tuple[str, ...]:
        return several_labels(value, column, separator)

    options = _Options(header, joiner, encoding, on_bad_row)
    read = _read(path, text, labels, labels_of, LABELS_NAMES, options, several=True)
    if not any(read.labels):
        raise InputError("no text has a label", file=read.source, remedy="name the column of the labels")
    return read


class _Options(NamedTuple):
    header: bool
    joiner: str
    encoding: str
    on_bad_row: OnBadRow | None


def _read(
    path: PathLike,
    text: Column | None,
    label: str | int | None,
    label_of: Callable[[object, str], Label],
    usual: Sequence[str],
    options: _Options,
    several: bool,
) -> LabelledTexts[Label]:
    header, joiner, encoding, on_bad_row = options
    if suffix(path) == ".parquet":
        table = _parquet(path, text, label, usual)
    elif is_table(path):
        table = open_table(path, header, encoding)
    else:
        lines = label_lines(path, encoding, several)
        return replace(collect(lines, TEXT, LABEL, label_of, usual=(), on_bad_row=on_bad_row), columns=None)
    return collect(table, text, label, label_of, usual=usual, joiner=joiner, on_bad_row=on_bad_row)


def _parquet(path: PathLike, text: Column | None, label: str | int | None, usual: Sequence[str]) -> Table:
    """The rows of a Parquet file; it knows its columns and may have many more, so only the chosen ones are read."""
    present = parquet_columns(path)
    texts, label = labelled_columns(present, text, label, usual, shown(path))
    return Table(shown(path), present, parquet_rows(path, list(dict.fromkeys([*texts, label]))))
