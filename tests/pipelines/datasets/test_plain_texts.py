import gzip
import json

import pytest

from pipelines.datasets import read_documents
from textprep.errors import InputError

TEXT = "one\ntwo\n\n \t\nthree\n\nfour\nfive\nsix\n\n"


def test_empty_lines_stand_between_documents(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    (tmp_path / "text.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    for name in ("text.txt", "text.txt.gz"):
        documents = read_documents(tmp_path / name)
        assert documents.texts == ["one\ntwo", "three", "four\nfive\nsix"]
        assert name in documents.source
    (tmp_path / "empty.txt").write_text("\n\n")
    assert read_documents(tmp_path / "empty.txt").texts == []


def test_each_row_of_a_table_is_a_document(tmp_path):
    rows = ["one\ntwo", "", "three\n\nfour"]
    (tmp_path / "text.jsonl").write_text("".join(json.dumps({"body": row}) + "\n" for row in rows))
    assert read_documents(tmp_path / "text.jsonl", "body").texts == rows
    with pytest.raises(InputError, match="text"):
        read_documents(tmp_path / "text.jsonl")
