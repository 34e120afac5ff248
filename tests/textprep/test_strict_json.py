from __future__ import annotations

import pytest

from textprep.strict_json import is_count, read_object


def test_an_object() -> None:
    assert read_object('{"a": [1, {"ü": null}], "b": {}}'.encode()) == {"a": [1, {"ü": None}], "b": {}}


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"3", b"null", b'{"a": 1', b'{"a": 1, "a": 1}', b'{"b": [{"a": 1, "a": 2}]}', b'{"\xff": 1}',
     b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a": ' + b"9" * 10_000 + b"}"],
)  # fmt: skip
def test_anything_else(data: bytes) -> None:
    with pytest.raises(ValueError):
        read_object(data)


def test_counts() -> None:
    values = [0, 1, 2**63 - 1, -1, 2**63, True, 1.0, "1", None]
    assert [is_count(value) for value in values] == [True] * 3 + [False] * 6
