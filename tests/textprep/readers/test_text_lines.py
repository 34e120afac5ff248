from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given, strategies as st

from textprep.errors import InputError
from textprep.readers import open_documents

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(), st.integers(1, 40))
def test_any_lines_come_back(save, rows_of, lines, end, bom, ended, batch_bytes):
    lines = [line.removesuffix("\r").lstrip("\ufeff") for line in lines]
    data = "".join(line + end for line in lines)
    if not ended and lines and lines[-1]:
        data = data.removesuffix(end)
    path = save("lines.txt", (b"\xef\xbb\xbf" if bom else b"") + data.encode())
    rows, bad = rows_of(path, batch_bytes=batch_bytes)
    assert [row["text"] for row in rows] == lines
    assert not bad


@given(st.binary(), st.integers(1, 20))
def test_any_bytes_give_each_line_either_as_text_or_as_a_bad_row(save, rows_of, data, batch_bytes):
    data = b"x" + data  # no BOM
    rows, bad = rows_of(save("bytes.txt", data), batch_bytes=batch_bytes)
    lines = data.split(b"\n") if not data.endswith(b"\n") else data.split(b"\n")[:-1]
    texts, faults = [], []
    for number, line in enumerate(lines, 1):
        try:
            texts.append(line.removesuffix(b"\r").decode())
        except UnicodeDecodeError:
            faults.append((number, line.removesuffix(b"\r")))
    assert [row["text"] for row in rows] == texts
    assert [(row.line, row.raw) for row in bad] == faults


def test_a_character_torn_apart_by_a_line_end_is_two_bad_rows(save, rows_of):
    rows, bad = rows_of(save("torn.txt", b"\xc3\n\xa9\n"))
    assert not rows
    assert [row.line for row in bad] == [1, 2]


def test_bad_lines_are_left_out_wherever_the_batch_ends(save, rows_of):
    data = b"".join(b"line %d\n" % i if i % 7 else b"bad \xff\n" for i in range(1, 100))
    rows, bad = rows_of(save("bad.txt", data), batch_bytes=50)
    assert len(rows) == 85
    assert [row.line for row in bad] == list(range(7, 100, 7))
    assert bad[0].raw == b"bad \xff"
    assert bad[0].reason == "invalid UTF-8: byte 0xff at byte 5 of the line"


def test_without_a_place_for_bad_rows_the_first_one_stops_the_reading(save):
    path = save("bad.txt", b"good\nbad \xff\n")
    with pytest.raises(InputError, match=r"bad.txt:2: invalid UTF-8.*name its encoding.*--encoding latin-1"):
        list(open_documents(path))


def test_a_very_long_line_is_one_document(save, rows_of):
    text = "é" * 5_000_000
    rows, _ = rows_of(save("long.txt", f"a\n{text}\nb".encode()), batch_bytes=1 << 20)
    assert [row["text"] for row in rows] == ["a", text, "b"]


def test_an_empty_file_gives_no_batch_and_empty_lines_are_documents(save, rows_of):
    assert rows_of(save("empty.txt", b"")) == ([], [])
    assert rows_of(save("bom.txt", b"\xef\xbb\xbf")) == ([], [])
    assert rows_of(save("blank.txt", b"\n\r\n\nx\0y"))[0] == [{"text": t} for t in ("", "", "", "x\0y")]


def test_standard_input_is_text_lines(monkeypatch, rows_of):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo")))
    assert rows_of("-", "review")[0] == [{"review": "one"}, {"review": "two"}]
