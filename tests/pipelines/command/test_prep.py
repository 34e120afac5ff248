from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .conftest import INTERRUPTED, Done


def rows_of(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(name).read_text(encoding="utf-8").split("\n")[:-1]]


def test_documents_become_tokens(textmill):
    Path("in.txt").write_text("The cats sat.\nHello 😀!\n", encoding="utf-8")
    done = textmill("prep", "in.txt", "-o", "out.jsonl", "--recipe", "search")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("2 documents, 6 tokens, ")
    assert [row["tokens"] for row in rows_of("out.jsonl")] == [["cat", "sat", "."], ["hello", "😀", "!"]]
    assert rows_of("out.jsonl")[1]["starts"] == [0, 6, 7]


def test_totals_as_json(textmill):
    Path("in.txt").write_text("a b a\n")
    totals = textmill("prep", "in.txt", "-o", "out.txt", "--json").json
    assert list(totals) == ["documents", "tokens", "types", "types_error", "bytes", "seconds", "mb_per_s"]
    assert (totals["documents"], totals["tokens"], totals["types"], totals["bytes"]) == (1, 3, 2, 5)


def test_standard_input_several_files_and_threads(textmill):
    Path("in.txt").write_text("one\n")
    textmill("prep", "-", "in.txt", "-o", "out.txt", "--threads", 2, stdin=b"zero\n")
    assert Path("out.txt").read_text() == "zero\none\n"


def test_columns_by_number_without_a_header_in_another_encoding(textmill):
    Path("in.csv").write_bytes('"3","Título","Descripción"\n"1","b","c"\n'.encode("latin-1"))
    options = ["--column", "1+2", "--no-header", "--encoding", "latin-1"]
    assert textmill("prep", "in.csv", "-o", "out.jsonl", *options).code == 0
    first, second = map(json.loads, Path("out.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["text"], first["tokens"]) == ("Título\nDescripción", ["título", "descripción"])
    assert (second["0"], second["tokens"]) == ("1", ["b", "c"])


def test_another_column_and_a_recipe_of_ones_own(textmill):
    Path("in.csv").write_text("id,body\n7,A B\n")
    Path("mine.json").write_text('{"stages": [{"stage": "words.v1"}]}')
    textmill("prep", "in.csv", "-o", "out.parquet", "--column", "body", "--recipe", "mine.json")
    row = pq.read_table("out.parquet").to_pylist()[0]
    assert (row["id"], row["body"], row["tokens"]) == ("7", "A B", ["A", "B"])


@pytest.mark.parametrize("name", ["in.txt", "in.jsonl", "in.csv"])
def test_a_column_that_is_not_utf8(refused, name):
    Path(name).write_text({"in.txt": "a\n", "in.jsonl": '{"text": "a"}\n', "in.csv": "text\na\n"}[name])
    shown = refused("prep", name, "-o", "out.jsonl", "--column", os.fsdecode(b"caf\xe9"))
    assert r"the column 'caf\udce9' is not UTF-8, as all names of columns are" in shown


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv"])
def test_a_column_of_a_number_with_thousands_of_digits(refused, name):
    Path(name).write_text({"in.jsonl": '{"text": "a"}\n', "in.csv": "text\na\n"}[name])
    assert "99999" in refused("prep", name, "-o", "out.jsonl", "--column", "9" * 5000)


# What is no error


def test_bom_crlf_empty_lines_and_nul_bytes_are_text(textmill):
    Path("in.txt").write_bytes(b"\xef\xbb\xbfone\r\n\r\n\x00two\x00 three\r\n")
    assert textmill("prep", "in.txt", "-o", "out.jsonl").code == 0
    rows = rows_of("out.jsonl")
    assert [row["text"] for row in rows] == ["one", "", "\x00two\x00 three"]
    for row in rows:
        spans = zip(row["starts"], row["ends"], row["tokens"], strict=True)
        assert all(row["text"][start:end] == token for start, end, token in spans)


def test_a_bom_before_json_and_csv(textmill):
    Path("in.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "a"}\r\n\r\n')
    Path("in.csv").write_bytes(b"\xef\xbb\xbftext,n\r\na,1\r\n")
    for name in ("in.jsonl", "in.csv"):
        assert textmill("prep", name, "-o", "out.txt").code == 0
        assert Path("out.txt").read_text() == "a\n"


@pytest.mark.parametrize("name", ["in.txt", "in.jsonl"])
def test_an_empty_file(textmill, name):
    Path(name).write_bytes(b"")
    assert textmill("prep", name, "-o", "out.parquet", "--json").json["documents"] == 0
    assert pq.read_table("out.parquet").num_rows == 0


def test_one_long_line(textmill):
    Path("in.txt").write_text("word 😀 " * 400_000, encoding="utf-8")
    totals = textmill("prep", "in.txt", "-o", "out.parquet", "--json").json
    assert (totals["documents"], totals["tokens"], totals["types"]) == (1, 800_000, 2)


def test_one_long_line_without_a_space(textmill):
    Path("in.txt").write_text("x" * 5_000_000)
    for recipe in ("words", "treebank", "search", "sentiment"):
        assert textmill("prep", "in.txt", "-o", "out.txt", "--recipe", recipe, "--json").json["tokens"] == 1


# What is the user's to correct

BAD = {
    "in.txt": (b"good\nb\xe9d\nfine\n", r"in.txt:2: invalid UTF-8: byte 0xe9 at byte 2 of the line"),
    "in.jsonl": (b'{"text": "good"}\n{"text": "bad\n{"text": "fine"}\n', "in.jsonl:2: broken JSON"),
    "nul.jsonl": (b'{"text": "good"}\n{"text": "a\x00"}\n', "nul.jsonl:2: broken JSON"),
    "bytes.jsonl": (b'{"text": "good"}\n{"text": "\xff"}\n', "bytes.jsonl:2: invalid UTF-8"),
    "list.jsonl": (b'{"text": "good"}\n[1]\n', "list.jsonl:2: the line is JSON, but not an object"),
    "null.jsonl": (b'{"text": "good"}\n{"text": null}\n', "null.jsonl:2: 'text' is missing or null"),
    "number.jsonl": (b'{"text": "good"}\n{"text": 5}\n', "number.jsonl:2: 'text' is 5, not a string"),
    "in.csv": (b"text,n\ngood,1\nbad\n", "in.csv:3: the row has 1 fields, the header 2"),
    "quote.csv": (b'text,n\ngood,1\n"bad,1\n', "quote.csv:3: a quote is opened here that is never closed"),
    "in.tsv": (b"text\tn\ngood\t1\nb\xff\t1\n", "in.tsv:3: invalid UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_stops_with_file_and_line(refused, name):
    content, message = BAD[name]
    Path(name).write_bytes(content)
    assert message in refused("prep", name, "-o", "out.jsonl")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_can_be_set_aside(textmill, name):
    content, message = BAD[name]
    Path(name).write_bytes(content)
    done = textmill("prep", name, "-o", "out.jsonl", "--on-error", "quarantine")
    assert done.code == 0
    assert "1 bad rows set aside in out.jsonl.quarantine.jsonl" in done.err
    (bad,) = rows_of("out.jsonl.quarantine.jsonl")
    assert f"{bad['file']}:{bad['line']}: {bad['reason']}".startswith(message)
    assert rows_of("out.jsonl")[0]["text"] == "good"


def test_a_mistyped_column_is_an_error_though_every_row_may_be_set_aside(refused, here):
    Path("in.jsonl").write_text('{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}\n')
    said = refused("prep", "in.jsonl", "-o", "out.jsonl", "--column", "tetx", "--on-error", "quarantine")
    assert "in.jsonl: there is no column 'tetx', only 'id', 'text'; did you mean 'text'?" in said
    assert [path.name for path in here.iterdir()] == ["in.jsonl"]


def test_no_quarantine_file_without_bad_rows(textmill):
    Path("in.txt").write_text("good\n")
    done = textmill("prep", "in.txt", "-o", "out.txt", "--on-error", "quarantine")
    assert done.code == 0
    assert not Path("out.txt.quarantine.jsonl").exists()


def test_a_quarantine_file_is_not_lost_by_reading_it(refused):
    Path("out.jsonl.quarantine.jsonl").write_text('{"raw": "a"}\n')
    arguments = ["out.jsonl.quarantine.jsonl", "-o", "out.jsonl", "--column", "raw", "--on-error", "quarantine"]
    assert "is an input too" in refused("prep", *arguments)


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("in.jsonl", b'{"body": "a"}\n', "in.jsonl:1: 'text' is missing or null; the row has 'body'"),
        ("in.csv", b"id,txt\n1,a\n", "in.csv: there is no column 'text', only 'id', 'txt'; did you mean 'txt'?"),
        ("in.csv", b"", "in.csv: the header is missing"),
        ("in.csv", b"text,text\n", "in.csv:1: the header has two columns 'text'"),
        ("in.parquet", b"PAR1 nonsense", "in.parquet: the Parquet file is damaged"),
        ("in.txt.gz", b"no gzip", "in.txt.gz: the compressed data are damaged or cut short"),
        ("in.jsonl", b'{"text": "a", "tokens": 1}\n', "in.jsonl: there is a column 'tokens' already"),
    ],
)
def test_an_input_that_cannot_be_read(refused, name, content, message):
    Path(name).write_bytes(content)
    assert message in refused("prep", name, "-o", "out.jsonl")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("none.txt -o out.txt", "none.txt: there is no such file"),
        (". -o out.txt", ".: is a folder"),
        ("in.txt -o out.csv", "out.csv: the output's name must end in .jsonl, .parquet, .txt"),
        ("in.txt -o out", "must end in"),
        ("in.txt -o /dev/null", "must end in"),
        ("in.txt -o in.txt", "in.txt: is an input too, which would be lost"),
        ("in.txt -o folder.txt", "folder.txt: is a folder"),
        ("in.txt -o in.txt/out.txt", "in.txt is not a folder"),
        ("in.txt -o out.txt --recipe wrods", "unknown recipe 'wrods'; did you mean 'words'?"),
        ("in.txt -o out.txt --recipe none.json", "none.json: there is no such recipe file"),
        ("in.txt -o out.txt --recipe in.txt", "in.txt: not a recipe"),
    ],
)
def test_arguments_that_cannot_be_used(refused, arguments, message):
    Path("in.txt").write_text("a\n")
    Path("folder.txt").mkdir()
    assert message in refused("prep", *arguments.split())


def test_a_folder_that_may_not_be_written_to(refused, monkeypatch):
    Path("in.txt").write_text("a\n")
    monkeypatch.setattr("textprep.output_place.os.access", lambda path, mode: not mode & os.W_OK)
    assert "may not be written to; give another output" in refused("prep", "in.txt", "-o", "new/out.txt")


# Interruptions


@pytest.mark.parametrize("before", [True, False])
def test_ctrl_c_leaves_nothing(start, interrupt, here, before):
    os.mkfifo("pipe.txt")
    if before:
        Path("out.jsonl").write_text("from before")
    process = start("prep", "pipe.txt", "-o", "out.jsonl", "--on-error", "quarantine", "--threads", "2")
    content = b"bad \xff\n" + b"endless input\n" * 500_000
    assert interrupt(process, Path("pipe.txt"), content) == Done(130, "", INTERRUPTED)
    left = {"pipe.txt": None} | ({"out.jsonl": "from before"} if before else {})
    assert {path.name for path in here.iterdir()} == set(left)


def test_the_installed_command(start):
    process = start("prep", "none.txt", "-o", "out.txt")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err == "textmill: none.txt: there is no such file; check the name and the folder\n"


def test_time_is_not_zero(textmill):
    Path("in.txt").write_text("a\n")
    begin = time.perf_counter()
    totals = textmill("prep", "in.txt", "-o", "out.txt", "--json").json
    assert 0 < totals["seconds"] <= time.perf_counter() - begin
