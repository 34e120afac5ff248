"""The rows of a table as pairs of texts, perhaps with a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pipelines.datasets.text_pairs import LabelledPairs, TextPairs
from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, OnBadRow, refuse
from textprep.readers.columns import LABEL_NAMES, choose_column, joined_text
from textprep.readers.row import Row, Table

FIRST_NAMES = ("first", "source", "src", "sentence1", "text1", "question1", "premise", "question")
SECOND_NAMES = ("second", "sentence2", "text2", "question2", "hypothesis", "target", "tgt", "sentence", "answer")
TRANSLATION = "translation"  # a column that holds a text by language: {"en": "a dog", "de": "ein Hund"}


class GoodRow(NamedTuple):
    """A row with two texts.

    Attributes:
        columns: The columns of the texts, and perhaps that of the label.
        row: The whole row.
        texts: The two texts, and perhaps the label.
    """

    columns: Sequence[str]
    row: Row
    texts: list[str]


def collect_pairs(
    table: Table, first: str | int | None, second: str | int | None, on_bad_row: OnBadRow | None
) -> TextPairs:
    """Read all rows; where they have a column `translation`, the languages in it are the columns, and must be named.

    Args:
        table: The rows.
        first, second: The columns of the texts; None takes the first there is of the usual ones, or of a table of two
            columns the one and the other.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: There is no such column, no good row, or a bad row.
    """
    if table.names is None or is_translation(table.names, first):
        table = table._replace(names=None, rows=_by_language(table, first, second))

    def columns_of(present: Sequence[str]) -> Sequence[str]:
        return pair_columns(present, first, second, table.file)

    columns, rows = _read(table, columns_of, None, on_bad_row)
    return TextPairs([row[0] for row in rows], [row[1] for row in rows], table.file, (columns[0], columns[1]))


def collect_labelled_pairs(
    table: Table,
    first: str | int | None,
    second: str | int | None,
    label: str | int | None,
    label_of: Callable[[object, str], str],
    on_bad_row: OnBadRow | None,
) -> LabelledPairs:
    """Read all rows of two texts and a label.

    Args:
        table: The rows.
        first, second: As for `collect_pairs`.
        label: The column of the labels; None takes the first there is of the usual ones.
        label_of: The label of a row from its value and its column; raises ValueError if it is none.
        on_bad_row: As for `collect_pairs`.

    Raises:
        InputError: There is no such column, no good row, or a bad row.
    """

    def columns_of(present: Sequence[str]) -> Sequence[str]:
        return labelled_pair_columns(present, first, second, label, table.file)

    columns, rows = _read(table, columns_of, label_of, on_bad_row)
    texts, others, labels = ([row[place] for row in rows] for place in range(3))
    return LabelledPairs(texts, others, labels, table.file, (columns[0], columns[1], columns[2]))


def pair_columns(present: Sequence[str], first: str | int | None, second: str | int | None, file: str) -> list[str]:
    """The names of the columns of the two texts; InputError if there is no such column, or both are one."""
    if first is None and second is None and len(present) == 2 and not {*FIRST_NAMES, *SECOND_NAMES} & {*present}:
        return list(present)
    names = [choose_column(first, FIRST_NAMES, present, file), choose_column(second, SECOND_NAMES, present, file)]
    _check_different(names, file)
    return names


def labelled_pair_columns(
    present: Sequence[str], first: str | int | None, second: str | int | None, label: str | int | None, file: str
) -> list[str]:
    """The names of the columns of the two texts and of the label; InputError as `pair_columns`."""
    names = [*pair_columns(present, first, second, file), choose_column(label, LABEL_NAMES, present, file)]
    _check_different(names, file)
    return names


def is_translation(present: Sequence[str], first: str | int | None) -> bool:
    """Whether the texts stand by language in one column, and not in a column `first`."""
    return TRANSLATION in present and first not in present


def _by_language(table: Table, first: str | int | None, second: str | int | None) -> Iterator[Row | BadRow]:
    """The rows with the texts of the column `translation` in place of it; which comes first, data sets do not say."""
    for row in table.rows:
        texts = None if isinstance(row, BadRow) else row.values.get(TRANSLATION)
        if isinstance(row, BadRow) or first in row.values or not isinstance(texts, dict):
            yield row
        elif first is None or second is None:
            problem = f"the texts stand by language, {' and '.join(texts)}"
            remedy = "name that of the first and that of the second text"
            raise InputError(problem, file=table.file, line=row.line, remedy=remedy)
        else:
            yield row._replace(values=texts)


def _read(
    table: Table,
    columns_of: Callable[[Sequence[str]], Sequence[str]],
    label_of: Callable[[object, str], str] | None,
    on_bad_row: OnBadRow | None,
) -> tuple[Sequence[str], list[list[str]]]:
    """The columns, and of each good row the two texts and perhaps the label."""
    columns: Sequence[str] | None = None
    rows: list[list[str]] = []
    for good in good_rows(table, columns_of, label_of, on_bad_row):
        columns = good.columns
        rows.append(good.texts)
    if columns is None:
        raise InputError("there are no pairs of texts", file=table.file, remedy="give rows with two texts")
    return columns, rows


def good_rows(
    table: Table,
    columns_of: Callable[[Sequence[str]], Sequence[str]],
    label_of: Callable[[object, str], str] | None,
    on_bad_row: OnBadRow | None,
) -> Iterator[GoodRow]:
    """The good rows as they come; for the arguments see `collect_labelled_pairs`, `columns_of` says which columns."""
    on_bad_row = on_bad_row or refuse
    columns = columns_of(table.names) if table.names else None
    for row in table.rows:
        if isinstance(row, BadRow):
            on_bad_row(row)
            continue
        columns = columns or columns_of(list(row.values))
        try:
            texts = [_text(row, column) for column in columns[:2]]
            if label_of:
                texts.append(label_of(row.values.get(columns[2]), columns[2]))
        except ValueError as error:
            on_bad_row(row.bad(table.file, str(error)))
            continue
        yield GoodRow(columns, row, texts)


def _text(row: Row, column: str) -> str:
    text = joined_text(row, [column], "")
    if not text.strip():
        raise ValueError(f"{column!r} is empty")
    return text


def _check_different(names: Sequence[str], file: str) -> None:
    if len(set(names)) != len(names):
        problem = f"one column is chosen twice among {', '.join(map(repr, names))}"
        raise InputError(problem, file=file, remedy="name the column of each")
