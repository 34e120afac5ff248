"""Whether the chosen columns were there, for rows with names of their own: known when all have been read."""

from __future__ import annotations

from collections.abc import Iterator

from textprep.errors import InputError
from textprep.readers.bad_row import BadRow
from textprep.readers.columns import Column, find_columns, missing_column
from textprep.readers.row import Row, Table


class SeenColumns:
    """Looks at the rows that go by for those columns in which none has held a string yet.

    So a name that is mistyped is an error in the end, even if every single row may be set aside; until the last row it
    may still come.
    """

    def __init__(self, file: str, column: Column) -> None:
        self.file = file
        self.unseen = set(find_columns(column, None, file))
        self.present: list[str] = []  # of the first row

    def watched(self, table: Table) -> Table:
        """The table, its rows looked at as they are read."""
        return table._replace(rows=self._watched(table.rows))

    def _watched(self, rows: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
        for row in rows:
            if isinstance(row, Row):
                self.present = self.present or list(row.values)
                self.unseen -= {name for name in self.unseen if isinstance(row.values.get(name), str)}
            yield row
            if not self.unseen:
                yield from rows

    def check(self) -> None:
        """Say that a column is missing, when all rows have been read.

        Raises:
            InputError: There were rows, and in none of them did the column hold a string.
        """
        for name in sorted(self.unseen if self.present else ()):
            if name in self.present:
                problem = f"no row has a string in the column {name!r}"
                raise InputError(problem, file=self.file, remedy="name the text column")
            raise missing_column(name, self.present, self.file)
