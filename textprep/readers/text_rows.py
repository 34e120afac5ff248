"""A table with the text of its rows in one column, whichever columns it is chosen from."""

from __future__ import annotations

from collections.abc import Sequence

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow
from textprep.readers.columns import Column, check_free, find_columns, joined_text, text_name
from textprep.readers.row import Row, Table


def text_table(table: Table, column: Column, joiner: str) -> Table:
    """The table with the text in the column `text_name(column)`.

    Raises:
        InputError: The table has no such column, or another one is called `text`.
    """
    file = table.file
    if table.names is not None and not table.names:
        return table
    names = find_columns(column, table.names, file)
    if isinstance(column, str):
        return table
    new = text_name(column)
    check_free(names, new, table.names or (), file)
    rows = (row if isinstance(row, BadRow) else _with_text(row, file, names, joiner, new) for row in table.rows)
    return Table(file, table.names and list(_renamed(dict.fromkeys(table.names), names, new)), rows)


def _with_text(row: Row, file: str, names: Sequence[str], joiner: str, new: str) -> Row | BadRow:
    """The row with the text in the place of the first of the columns that it is made of."""
    try:
        text = joined_text(row, names, joiner)
        check_free(names, new, row.values, file)
    except ValueError as error:
        return row.bad(file, str(error))
    except InputError as error:
        return row.bad(file, error.problem)
    return Row(row.line, row.raw, _renamed(row.values, names, new) | {new: text})


def _renamed(values: dict[str, object], names: Sequence[str], new: str) -> dict[str, object]:
    """The columns of a row, one called `new` in the place of the first of `names` and the others of these gone."""
    kept = {new if name == names[0] else name: value for name, value in values.items() if name not in names[1:]}
    return kept | {new: None}
