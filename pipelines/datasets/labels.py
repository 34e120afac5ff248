"""What may stand for a label: a string, a whole number, or the number of a class that has a name."""

from __future__ import annotations

from collections.abc import Sequence


def one_label(value: object, column: str, names: Sequence[str] | None = None) -> str:
    """The label that `value` stands for, without the blanks around it.

    Args:
        value: What stands in the column.
        column: Its name, for messages.
        names: What classes given by number are called.

    Raises:
        ValueError: It is no label.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        if names is not None and not 0 <= value < len(names):
            raise ValueError(f"{column!r} is {value}, which is no label; there are {len(names)}, counted from 0")
        value = str(value) if names is None else names[value]
    if not isinstance(value, str):
        raise ValueError(f"{column!r} is neither a string nor a whole number")
    if not (label := value.strip()):
        raise ValueError(f"{column!r} is empty")
    return label


def several_labels(value: object, column: str, separator: str, names: Sequence[str] | None = None) -> tuple[str, ...]:
    """The labels that `value` stands for, each once and in their order: a list, or a string cut at the separator.

    Raises:
        ValueError: One of them is no label.
    """
    if isinstance(value, str):
        value = [part for part in value.split(separator) if part.strip()]
    elif not isinstance(value, list | tuple):
        value = [value]
    return tuple(dict.fromkeys(one_label(each, column, names) for each in value))
