from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from textprep.errors import InputError
from textprep.readers import BadRow, open_documents
from textprep.readers.jsonl import jsonl_rows

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1)


@given(TEXTS, st.sampled_from(["\n", "\r\n", "\n \n"]), st.booleans(), st.integers(1, 60))
def test_what_json_writes_comes_back(save, rows_of, texts, end, ascii_only, batch_bytes):
    rows = [{"id": i, "text": text, "score": i / 2} for i, text in enumerate(texts)]
    data = end.join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    assert rows_of(save("rows.jsonl", b"\xef\xbb\xbf" + data.encode()), batch_bytes=batch_bytes) == (rows, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "a"', "broken JSON: Expecting ',' delimiter"),
        (b'{"text": "\xff"}', "invalid UTF-8: byte 0xff at byte 11"),
        (b'["text"]', "not an object"),
        (b"null", "not an object"),
        (b'{"review": "a", "id": 1}', "'text' is missing or null; the row has 'review', 'id'"),
        (b'{"text": null}', "'text' is missing or null"),
        (b'{"text": 5}', "'text' is 5, not a string"),
        (b'{"text": ["a"]}', "'text' is ['a'], not a string"),
        (b'{"text": "\\ud83d"}', "'text' holds half of a surrogate pair"),
        (b'{"text": "a", "\\ud83d": 1}', "the key '\\ud83d' is not in the first rows"),
        (b"[" * 100_000, "broken JSON"),
        (b'{"text": "a", "id": ' + b"1" * 5000 + b"}", "broken JSON"),
        (b'{"text": "a"}\x00', "broken JSON"),
        (b'{"text": "a"} {"text": "b"}', "broken JSON"),
        (b'{"text": "a", "text": "b"}', "the key 'text' stands twice"),
        (b'{"text": "a: b", "id": 1, "\\u0069d":2}', "the key 'id' stands twice"),
        (b'{"text" : "a", "text"\t: "a"}', "the key 'text' stands twice"),
        (b'{"text": "a", "of": [{"x": 1, "x": {}}]}', "the key 'x' stands twice"),
    ],
)
@pytest.mark.parametrize("place", ["first batch", "later"])
def test_bad_rows(save, rows_of, line, reason, place):
    before = b'{"text": "1"}\n\n' if place == "later" else b""
    path = save("bad.jsonl", before + line + b'\n{"text": "2"}\n')
    rows, bad = rows_of(path, batch_bytes=1 if place == "later" else 1 << 22)
    assert [row["text"] for row in rows] == (["1", "2"] if before else ["2"])
    assert [(row.line, row.raw, row.file) for row in bad] == [(3 if before else 1, line, str(path))]
    assert reason in bad[0].reason
    with pytest.raises(InputError) as caught:
        list(open_documents(path))
    assert caught.value.line == bad[0].line


KEYS = st.sampled_from(["a", "b", ":", '"', '":', "text"])
OBJECTS = st.recursive(st.integers() | KEYS, lambda inner: st.lists(st.tuples(KEYS, inner)) | st.tuples(inner, inner))


def spelled(value: object) -> str:
    """A list of pairs as a JSON object, which may so have a key twice; a tuple as a JSON list."""
    if isinstance(value, list):
        return "{" + ", ".join(f"{json.dumps(key)}: {spelled(each)}" for key, each in value) + "}"
    return "[" + ", ".join(map(spelled, value)) + "]" if isinstance(value, tuple) else json.dumps(value)


def has_a_key_twice(value: object) -> bool:
    if not isinstance(value, list):
        return isinstance(value, tuple) and any(map(has_a_key_twice, value))
    keys = [key for key, _ in value]
    return len(set(keys)) < len(keys) or any(has_a_key_twice(each) for _, each in value)


@given(st.lists(st.tuples(KEYS, OBJECTS)), KEYS)
def test_no_key_may_stand_twice_at_any_depth(save, pairs, text):
    pairs = [("text", text), *pairs]
    (row,) = jsonl_rows(save("keys.jsonl", spelled(pairs).encode()))
    assert isinstance(row, BadRow) == has_a_key_twice(pairs)
    assert row.reason.endswith("stands twice in one object") if isinstance(row, BadRow) else row.values["text"] == text


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        ("tetx", "there is no column 'tetx', only 'id', 'text'; did you mean 'text'"),
        (["text", "title"], "there is no column 'title', only 'id', 'text'; name one"),
        ("id", "no row has a string in the column 'id'; name the text column"),
    ],
)
def test_a_column_that_no_row_has_is_an_error_in_the_end(save, column, problem):
    path = save("rows.jsonl", b'{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}\n')
    bad: list[BadRow] = []
    with pytest.raises(InputError, match=problem):
        list(open_documents(path, column, on_bad_row=bad.append))
    assert len(bad) == 2


def test_a_column_may_come_with_the_last_row(save, rows_of):
    rows, bad = rows_of(save("late.jsonl", b'{"id": 1}\n{"id": 2}\n{"id": 3, "text": "a"}\n'), batch_bytes=1)
    assert rows == [{"id": 3, "text": "a"}]
    assert [row.line for row in bad] == [1, 2]


def test_an_empty_file_gives_no_batch(save, rows_of):
    assert rows_of(save("empty.jsonl", b"")) == rows_of(save("blank.ndjson", b"\n \n")) == ([], [])


@pytest.mark.parametrize("name", ["a.json", "a.ndjson.gz", "a.jsonl.xz"])
def test_other_names_of_the_format(save, rows_of, name):
    assert rows_of(save(name, b'{"text": "a\\u0000b"}'))[0] == [{"text": "a\0b"}]
