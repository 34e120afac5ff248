"""Which column holds what: by name, by number, or by the name it usually has; and the text that several make together.

| chosen by | means | the text is then called |
|---|---|---|
| a name | the column of that name; without a header they are "0", "1", "2" and so on | by that name |
| a number | the column at that place, counted from 0 | `text` |
| several of these | their texts, joined in this order | `text` |

Columns chosen by number or joined give way to the column `text`; all others stay as they are.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from textprep.errors import ConfigError, InputError
from textprep.readers.row import Row

Column: TypeAlias = str | int | Sequence[str | int]
TEXT_NAMES = ("text", "sentence", "review", "content")
LABEL_NAMES = ("label", "sentiment", "class", "target")
LABELS_NAMES = ("labels", "label", "tags", "classes", "class")  # where a text may have several
JOINER = "\n"
_TEXT = "text"
_MOST_DIGITS = 9  # of the number of a column; what has more is a name
_JSON_ESCAPE = b"\\u"  # the only way in for half of a surrogate pair
HALF_PAIR = "holds half of a surrogate pair, which is no character"


def written_column(written: str) -> Column:
    """The choice that a command or a settings file writes as one string: `title`, `1`, `title+description`."""
    chosen = [int(part) if part.isdecimal() and len(part) <= _MOST_DIGITS else part for part in written.split("+")]
    return chosen if len(chosen) > 1 else chosen[0]


def text_name(column: Column) -> str:
    """What the text column is called in the batches of documents.

    Raises:
        ConfigError: The name cannot be written in UTF-8, as when the command line was not.
    """
    name = column if isinstance(column, str) else _TEXT
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"the column {name!r} is not UTF-8, as all names of columns are; write it in UTF-8") from None
    return name


def find_columns(column: Column, present: Sequence[str] | None, file: str) -> list[str]:
    """The names of the chosen columns; `present` is None if each row has names of its own.

    Raises:
        InputError: There is no such column.
    """
    chosen = [column] if isinstance(column, str | int) else list(column)
    if not chosen:
        raise InputError("no column is chosen", file=file, remedy="name the text column")
    return [_find(each, present, file) for each in chosen]


def check_free(names: Sequence[str], new: str, present: Iterable[str], file: str) -> None:
    """Check that the text, made of the columns `names`, takes the name of none but these.

    Raises:
        InputError: Another column is called `new`.
    """
    if new in present and new not in names:
        problem = f"there is a column {new!r} besides {', '.join(names)}"
        raise InputError(problem, file=file, remedy="rename it, or choose one column by its name")


def choose_column(column: str | int | None, usual: Sequence[str], present: Sequence[str], file: str) -> str:
    """The name of `column`, or without one the first of the `usual` names that is present.

    Raises:
        InputError: There is no such column.
    """
    if column is not None:
        return _find(column, present, file)
    for name in usual:
        if name in present:
            return name
    problem = f"there is no column named {' or '.join(usual)}"
    raise InputError(problem, file=file, remedy=f"name one of {', '.join(present) or 'its columns'}")


def joined_text(row: Row, names: Sequence[str], joiner: str) -> str:
    """The text of a row, from its columns `names`.

    Raises:
        ValueError: One of them is missing or holds no string, or no whole characters.
    """
    parts = []
    for name in names:
        part = row.values.get(name)
        if not isinstance(part, str):
            raise ValueError(text_fault(name, part, row.values))
        parts.append(part)
    text = joiner.join(parts)
    if _JSON_ESCAPE in row.raw:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{' or '.join(map(repr, names))} {HALF_PAIR}") from None
    return text


def text_fault(name: str, value: object, row: Iterable[str]) -> str:
    """Why the value of the text column `name` is no text."""
    if value is None:
        return f"{name!r} is missing or null; the row has {', '.join(map(repr, row))}"
    return f"{name!r} is {repr(value)[:50]}, not a string"


def missing_column(name: str, present: Sequence[str], file: str) -> InputError:
    """The error for a column that is not there: it lists those that are, and the nearest name."""
    near = difflib.get_close_matches(name, present, n=1, cutoff=0.5)
    return InputError(
        f"there is no column {name!r}, only {', '.join(map(repr, present))}",
        file=file,
        remedy=f"did you mean {near[0]!r}?" if near else "name one of these",
    )


def _find(column: str | int, present: Sequence[str] | None, file: str) -> str:
    if isinstance(column, str):
        if present is not None and column not in present:
            raise missing_column(column, present, file)
        return column
    if present is None:
        raise InputError(f"there is no column {column}, since its columns have names only", file=file, remedy="use one")
    if not 0 <= column < len(present):
        raise InputError(
            f"there is no column {column} among {len(present)}", file=file, remedy="columns are counted from 0"
        )
    return present[column]
