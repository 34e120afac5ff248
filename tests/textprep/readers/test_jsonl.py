from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from textprep.errors import InputError
from textprep.readers import open_documents

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


def test_an_empty_file_gives_no_batch(save, rows_of):
    assert rows_of(save("empty.jsonl", b"")) == rows_of(save("blank.ndjson", b"\n \n")) == ([], [])


@pytest.mark.parametrize("name", ["a.json", "a.ndjson.gz", "a.jsonl.xz"])
def test_other_names_of_the_format(save, rows_of, name):
    assert rows_of(save(name, b'{"text": "a\\u0000b"}'))[0] == [{"text": "a\0b"}]
