"""JSON objects as we write them, read so that nothing in a damaged or foreign file can pass for something else."""

from __future__ import annotations

import json
from typing import Any


def read_object(data: bytes) -> dict[str, Any]:
    """The object that some UTF-8 bytes hold.

    Raises:
        ValueError: They hold no JSON, something other than an object, or an object with a name twice.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("the JSON is not an object")
    return value


def is_count(value: object) -> bool:
    """Whether a value is a whole number from 0 on that some file could have, and neither a bool nor a float."""
    return type(value) is int and 0 <= value < 2**63


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name stands twice in one JSON object")
    return value
