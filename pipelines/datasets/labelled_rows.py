"""The rows of a table as labelled texts; what a label is, the caller says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipelines.datasets.labelled_texts import Label, LabelledTexts
from textprep.errors import InputError
from textprep.readers.bad_row import BadRow, OnBadRow, refuse
from textprep.readers.columns import JOINER, TEXT_NAMES, Column, choose_column, find_columns, joined_text
from textprep.readers.row import Table


def collect(
    table: Table,
    text: Column | None,
    label: str | int | None,
    label_of: Callable[[object, str], Label],
    *,
    usual: Sequence[str],
    joiner: str = JOINER,
    on_bad_row: OnBadRow | None = None,
) -> LabelledTexts[Label]:
    """Read all rows.

    Args:
        table: The rows.
        text: The column of the texts, or several to be joined; None takes the first there is of the usual ones.
        label: The column of the labels; None takes the first there is of `usual`.
        label_of: The label of a row from its value and its column; raises ValueError if it is none.
        usual: What the column of the labels is usually called.
        joiner: What stands between the texts of several columns.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: There is no such column, no good row, or a bad row.
    """
    on_bad_row = on_bad_row or refuse
    columns = labelled_columns(table.names, text, label, usual, table.file) if table.names else None
    texts: list[str] = []
    labels: list[Label] = []
    for row in table.rows:
        if isinstance(row, BadRow):
            on_bad_row(row)
            continue
        columns = columns or labelled_columns(list(row.values), text, label, usual, table.file)
        try:
            pair = joined_text(row, columns[0], joiner), label_of(row.values.get(columns[1]), columns[1])
        except ValueError as error:
            on_bad_row(row.bad(table.file, str(error)))
            continue
        texts.append(pair[0])
        labels.append(pair[1])
    if not texts or columns is None:
        raise InputError("there are no labelled texts", file=table.file, remedy="give rows with a text and a label")
    return LabelledTexts(texts, labels, table.file, (" + ".join(columns[0]), columns[1]))


def labelled_columns(
    present: Sequence[str], text: Column | None, label: str | int | None, usual: Sequence[str], file: str
) -> tuple[list[str], str]:
    """The names of the columns of the texts and of the labels.

    Raises:
        InputError: There is no such column.
    """
    if text is None:
        text = choose_column(None, TEXT_NAMES, present, file)
    return find_columns(text, present, file), choose_column(label, usual, present, file)
