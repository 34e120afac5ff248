from __future__ import annotations

import base64
import json

import pytest

from textprep.readers import BadRow, Quarantine, open_documents


def test_bad_rows_of_a_file_can_be_read_again(tmp_path):
    (tmp_path / "in.txt").write_bytes(b"good\nb\xc3\xa9 \xff\\\nfine\n")
    with Quarantine(tmp_path / "bad.jsonl") as quarantine:
        texts = [t for batch in open_documents(tmp_path / "in.txt", on_bad_row=quarantine) for t in batch["text"]]
        quarantine(BadRow("other", 7, "whole é", "é\0".encode()))
        assert not (tmp_path / "bad.jsonl").exists()
    assert [str(text) for text in texts] == ["good", "fine"]
    assert quarantine.count == 2
    first, second = map(json.loads, (tmp_path / "bad.jsonl").read_text("utf-8").splitlines())
    assert first == {
        "file": str(tmp_path / "in.txt"),
        "line": 2,
        "reason": "invalid UTF-8: byte 0xff at byte 5 of the line",
        "raw": "bé \\xff\\",
        "base64": base64.b64encode(b"b\xc3\xa9 \xff\\").decode(),
    }
    assert second == {"file": "other", "line": 7, "reason": "whole é", "raw": "é\0"}


def test_without_bad_rows_there_is_no_file_not_even_an_old_one(tmp_path):
    with Quarantine(tmp_path / "bad.jsonl") as quarantine:
        pass
    assert quarantine.count == 0
    assert not list(tmp_path.iterdir())
    (tmp_path / "bad.jsonl").write_text("of an earlier run")
    with Quarantine(tmp_path / "bad.jsonl"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_block_that_fails_leaves_everything_as_it_was(tmp_path):
    (tmp_path / "bad.jsonl").write_text("old")
    with pytest.raises(ZeroDivisionError), Quarantine(tmp_path / "bad.jsonl") as quarantine:
        quarantine(BadRow("f", 1, "r", b""))
        raise ZeroDivisionError
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_file_name_that_is_no_unicode_can_be_written_down(tmp_path):
    with Quarantine(tmp_path / "bad.jsonl") as quarantine:
        quarantine(BadRow("f\udcff", 1, "r", b""))
    assert json.loads((tmp_path / "bad.jsonl").read_text("utf-8"))["file"] == "f\udcff"
