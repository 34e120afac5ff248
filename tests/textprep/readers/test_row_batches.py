from __future__ import annotations

import json

import pyarrow as pa
import pytest

from textprep.readers import open_documents


def rows_after(save, rows_of, first: object, later: object) -> tuple[object, str | None]:
    """What becomes of a value in the second batch, after another one in the first."""
    data = "\n".join(json.dumps({"text": "t", "x": value}) for value in (first, later))
    rows, bad = rows_of(save("later.jsonl", data.encode()), batch_bytes=1)
    return (rows[1]["x"], None) if not bad else (None, bad[0].reason)


@pytest.mark.parametrize(
    ("first", "later", "kept"),
    [
        (1, None, None),
        (None, "a", "a"),
        (0.5, 2, 2.0),
        ([0.5], [2], [2.0]),
        (["a"], [], []),
        (["a"], [None], [None]),
        ([], ["a"], '["a"]'),
        ({"a": 1}, {"b": "é"}, '{"b": "é"}'),
        ([{"a": 1}], [], "[]"),
        (2**63, 1, "1"),
        (True, False, False),
    ],
)
def test_values_that_fit_later(save, rows_of, first, later, kept):
    assert rows_after(save, rows_of, first, later) == (kept, None)


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (1, 2.5),
        (1, 2.0),
        (1, True),
        (True, 1),
        (1, "1"),
        ("1", 1),
        (["a"], "abc"),
        (["a"], [1]),
        (["a"], {"a": 1}),
        (None, 1),
        (1, 2**70),
        (0.5, 2**60 + 1),
        ("a", "\ud800"),
        (["a"], ["a", 1]),
    ],
)
def test_values_that_do_not_fit_later_are_bad_rows_and_never_changed(save, rows_of, first, later):
    assert "'x' " in (rows_after(save, rows_of, first, later)[1] or "")


def test_values_of_no_common_type_travel_as_json_text(save, rows_of):
    values = [1, "a", None, [1], {"é": None}, 2.5, True]
    data = "\n".join(json.dumps({"text": "t", "x": value}) for value in values)
    rows, bad = rows_of(save("mixed.jsonl", data.encode()))
    assert not bad
    assert [row["x"] and json.loads(row["x"]) for row in rows] == values


def test_a_key_of_later_rows_is_named_and_a_missing_one_is_null(save, rows_of):
    data = b'{"id": 1, "text": "a"}\n{"text": "b"}\n{"text": "c", "extra": 1}\n{"text": "d"}\n'
    rows, bad = rows_of(save("keys.jsonl", data), batch_bytes=1)
    assert rows == [{"id": 1, "text": "a"}, {"id": None, "text": "b"}, {"id": None, "text": "d"}]
    assert [(row.line, row.reason) for row in bad] == [
        (3, "the key 'extra' is not in the first rows, which have id, text")
    ]


def test_the_schema_keeps_the_order_of_the_file_and_says_that_text_is_never_null(save):
    path = save("schema.jsonl", b'{"id": 1, "text": "a", "nothing": null}\n{"tags": ["x"], "id": 2, "text": "b"}')
    (batch,) = open_documents(path)
    assert batch.schema == pa.schema(
        [
            pa.field("id", pa.int64()),
            pa.field("text", pa.string(), nullable=False),
            pa.field("nothing", pa.string()),
            pa.field("tags", pa.list_(pa.string())),
        ]
    )


def test_bad_rows_come_in_the_order_of_the_file(save, rows_of):
    data = b'{"text": 1}\nbroken\n{"text": 2}\n{"text": "fine"}\nbroken\n'
    rows, bad = rows_of(save("order.jsonl", data))
    assert [row.line for row in bad] == [1, 2, 3, 5]
    assert len(rows) == 1
