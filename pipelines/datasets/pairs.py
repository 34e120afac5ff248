"""Pairs of texts, with a label or without, from a table or from two files of lines.

| name ends in | is read as |
|---|---|
| `.tsv` | tab-separated, with or without a header, quotes are plain text |
| `.csv` | RFC 4180, with or without a header |
| `.jsonl`, `.ndjson`, `.json` | one JSON object a line, perhaps `{"translation": {"en": "a dog", "de": "ein Hund"}}` |
| `.parquet` | Apache Parquet, perhaps with such a column |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipelines.datasets.labels import one_label
from pipelines.datasets.pair_rows import (
    TRANSLATION,
    GoodRow,
    collect_labelled_pairs,
    collect_pairs,
    good_rows,
    is_translation,
    labelled_pair_columns,
    pair_columns,
)
from pipelines.datasets.parallel_lines import parallel_lines
from pipelines.datasets.text_pairs import LabelledPairs, TextPairs
from textprep.errors import InputError
from textprep.readers.bad_row import OnBadRow
from textprep.readers.encoding import UTF8
from textprep.readers.parquet import parquet_columns, parquet_rows
from textprep.readers.row import Table
from textprep.readers.source import PathLike, shown, suffix
from textprep.readers.tables import is_table, open_table


def read_parallel(
    first: PathLike, second: PathLike, *, encoding: str = UTF8, on_bad_row: OnBadRow | None = None
) -> TextPairs:
    """Read two whole files of lines that belong together; lines that are blank in both are left out.

    Args:
        first, second: The files, perhaps compressed (`textprep.readers.documents`).
        encoding: The encoding of both, by any name that Python knows.
        on_bad_row: What gets each pair of lines of which one cannot be decoded, or is the only blank one; without it
            the first is an error.

    Raises:
        InputError: A file cannot be read, one has more lines than the other, or there is no good pair or a bad one.
        ConfigError: There is no such encoding.
    """
    table = parallel_lines(first, second, encoding)
    read = collect_pairs(table, None, None, on_bad_row)
    return TextPairs(read.first, read.second, read.source)


def read_pairs(
    path: PathLike,
    first: str | int | None = None,
    second: str | int | None = None,
    *,
    header: bool = True,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> TextPairs:
    """Read a whole table of pairs of texts; the result says which columns were taken.

    Args:
        path: The file, perhaps compressed (`textprep.readers.documents`).
        first: The column of the first texts: its name, its number from 0, or the language in a column `translation`,
            which has to be named. None takes the first there is of first, source, src, sentence1, text1, question1,
            premise, question.
        second: The column of the second texts, likewise. None takes the first there is of second, sentence2,
            text2, question2, hypothesis, target, tgt, sentence, answer. Where neither is given and there are just two
            columns of other names, they are taken as they stand.
        header: Whether the first row of CSV and TSV names the columns; else they are "0", "1", "2" and so on.
        encoding: The encoding of the file, by any name that Python knows; of no account for Parquet.
        on_bad_row: What gets each row that cannot be used, such as one with an empty text; without it the first one
            is an error.

    Raises:
        InputError: The file cannot be read, is no table, lacks a column, or holds no good row or a bad one.
        ConfigError: There is no such encoding.
    """

    def columns_of(present: Sequence[str]) -> Sequence[str]:
        if is_translation(present, first):
            return [TRANSLATION]
        return pair_columns(present, first, second, shown(path))

    return collect_pairs(_table(path, header, encoding, columns_of), first, second, on_bad_row)


def read_labelled_pairs(
    path: PathLike,
    first: str | int | None = None,
    second: str | int | None = None,
    label: str | int | None = None,
    *,
    header: bool = True,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> LabelledPairs:
    """Read a whole table of pairs of texts with one label each, as GLUE's MRPC, QQP and MNLI are.

    Args:
        path: As for `read_pairs`.
        first, second: As for `read_pairs`, but for languages.
        label: The column of the labels; None takes the first there is of label, sentiment, class, target.
        header: As for `read_pairs`.
        encoding: As for `read_pairs`.
        on_bad_row: As for `read_pairs`.

    Raises:
        InputError: As `read_pairs`.
        ConfigError: There is no such encoding.
    """

    def columns_of(present: Sequence[str]) -> Sequence[str]:
        return labelled_pair_columns(present, first, second, label, shown(path))

    table = _table(path, header, encoding, columns_of)
    return collect_labelled_pairs(table, first, second, label, one_label, on_bad_row)


def open_pairs(
    path: PathLike,
    first: str | int | None = None,
    second: str | int | None = None,
    *,
    header: bool = True,
    encoding: str = UTF8,
    on_bad_row: OnBadRow | None = None,
) -> Iterator[GoodRow]:
    """Stream the pairs of texts of a table with all columns of their rows; memory does not grow with the file.

    Args:
        path, first, second, header, encoding, on_bad_row: As for `read_pairs`, but for languages.

    Raises:
        InputError: As `read_pairs`, but that there may be no good row.
        ConfigError: There is no such encoding.
    """

    def columns_of(present: Sequence[str]) -> Sequence[str]:
        return pair_columns(present, first, second, shown(path))

    return good_rows(_table(path, header, encoding, list), columns_of, None, on_bad_row)


def _table(path: PathLike, header: bool, encoding: str, columns_of: Callable[[Sequence[str]], Sequence[str]]) -> Table:
    """The rows of a file; Parquet knows its columns and may have many more, so only the chosen ones are read."""
    if suffix(path) == ".parquet":
        present = parquet_columns(path)
        return Table(shown(path), present, parquet_rows(path, columns_of(present)))
    if not is_table(path):
        problem = "the name does not end as that of a table (.tsv, .csv, .jsonl, .parquet)"
        raise InputError(problem, file=shown(path), remedy="rename it; two files of lines are read by read_parallel")
    return open_table(path, header, encoding)
