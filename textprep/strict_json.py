"""JSON (RFC 8259) read so that nothing in a damaged or foreign text can pass for something else."""

from __future__ import annotations

import json
from typing import Any


class KeyTwiceError(ValueError):
    """A key stands twice in one object; `json` would keep the last value without a word."""


def read_object(data: bytes) -> dict[str, Any]:
    """The object that some UTF-8 bytes hold.

    Raises:
        ValueError: They hold no JSON, something other than an object, or one with a key twice, or nested too deeply.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=each_key_once)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("the JSON is not an object")
    return value


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, as an `object_pairs_hook`; it takes twice as long as `json`'s own.

    Raises:
        KeyTwiceError: One of the keys stands there twice.
    """
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise KeyTwiceError(f"the key {twice!r} stands twice in one object")
    return value


def is_count(value: object) -> bool:
    """Whether a value is a whole number from 0 on that some file could have, and neither a bool nor a float."""
    return type(value) is int and 0 <= value < 2**63
