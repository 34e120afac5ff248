from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seqmodels import tags_to_spans

from .conftest import INTERRUPTED, Done


def rows_of(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(name).read_text(encoding="utf-8").split("\n")[:-1]]


def test_labels_of_lines_on_standard_input(textmill, sentiment):
    done = textmill("predict", sentiment.folder, "-", stdin="A good film 😀\n\n".encode())
    assert done.code == 0
    assert done.err == ""
    assert [list(row) for row in done.rows] == [["text", "label", "probability", "probabilities"]] * 2
    assert done.rows[0]["label"] == "pos"
    assert "😀" in done.out
    assert textmill("predict", sentiment.folder, stdin=b"A good film\n").rows[0]["label"] == "pos"


def test_entities_with_spans_in_the_given_text(textmill, ner):
    Path("in.txt").write_text("Anna lives in Paris 😀.\n", encoding="utf-8")
    assert textmill("predict", ner.folder, "in.txt", "-o", "out.jsonl").out == ""
    (row,) = rows_of("out.jsonl")
    found = {entity["label"]: entity for entity in row["entities"]}
    assert (found["PER"]["text"], found["LOC"]["text"]) == ("Anna", "Paris")
    for entity in row["entities"]:
        assert row["text"][entity["start"] : entity["end"]] == entity["text"]
        assert set(entity) == {"start", "end", "text", "label", "probability"}


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".tsv", ".parquet"])
def test_columns_travel_along(textmill, sentiment, ending):
    name = f"in{ending}"
    if ending == ".parquet":
        pq.write_table(pa.table({"id": ["7"], "text": ["A good film"]}), name)
    elif ending == ".jsonl":
        Path(name).write_text('{"id": "7", "text": "A good film"}\n')
    else:
        mark = "," if ending == ".csv" else "\t"
        Path(name).write_text(f"id{mark}text\n7{mark}A good film\n")
    (row,) = textmill("predict", sentiment.folder, name).rows
    assert (row["id"], row["text"], row["label"]) == ("7", "A good film", "pos")


def test_another_column(textmill, sentiment):
    Path("in.csv").write_text("body\nA good film\n")
    assert textmill("predict", sentiment.folder, "in.csv", "--column", "body").rows[0]["label"] == "pos"


def test_an_empty_file_gives_an_empty_file(textmill, ner):
    Path("in.txt").write_bytes(b"")
    assert textmill("predict", ner.folder, "in.txt", "-o", "out.jsonl").code == 0
    assert Path("out.jsonl").read_bytes() == b""


@pytest.mark.parametrize("task", ["sentiment", "ner"])
def test_a_file_with_a_header_only_gives_an_empty_file(textmill, request, task):
    Path("in.csv").write_text("id,text\n")
    assert textmill("predict", request.getfixturevalue(task).folder, "in.csv", "-o", "out.jsonl").code == 0
    assert Path("out.jsonl").read_bytes() == b""


@pytest.mark.parametrize("task, column", [("sentiment", "label"), ("sentiment", "probability"), ("ner", "entities")])
def test_a_column_that_would_be_overwritten(refused, request, task, column):
    Path("in.csv").write_text(f"text,{column}\na,b\n")
    shown = refused("predict", request.getfixturevalue(task).folder, "in.csv", "-o", "out.jsonl")
    assert f"in.csv: there is a column '{column}' already; rename it; it would be overwritten" in shown


def test_a_column_called_label_is_no_matter_to_a_tagger(textmill, ner):
    Path("in.csv").write_text("text,label\nAnna left .,b\n")
    assert textmill("predict", ner.folder, "in.csv").rows[0]["label"] == "b"


def test_bad_rows_stop_or_are_set_aside(textmill, refused, sentiment):
    Path("in.txt").write_bytes(b"good\nb\xffd\nfine\n")
    assert "in.txt:2: invalid UTF-8" in refused("predict", sentiment.folder, "in.txt", "-o", "out.jsonl")
    done = textmill("predict", sentiment.folder, "in.txt", "-o", "out.jsonl", "--on-error", "quarantine")
    assert done.code == 0
    assert [row["line"] for row in rows_of("out.jsonl.quarantine.jsonl")] == [2]
    assert len(rows_of("out.jsonl")) == 2
    done = textmill("predict", sentiment.folder, "in.txt", "--on-error", "quarantine")
    assert "1 bad rows set aside in textmill.quarantine.jsonl" in done.err
    assert len(done.rows) == 2


@pytest.fixture
def held_out(tagged):
    """Tagged sentences in files: in columns, and as lines of words."""
    data = tagged(40, 9)
    words = [[*row[:-1], "...", "50%"] for row in data.words]  # what a tokenizer would cut otherwise
    tags = [[*row[:-1], "O", "O"] for row in data.tags]
    pairs = zip(words, tags, strict=True)
    blocks = ["".join(f"{w} NN {t}\n" for w, t in zip(*pair, strict=True)) for pair in pairs]
    Path("test.txt").write_text("-DOCSTART- -X- O\n\n" + "\n".join(blocks))
    Path("words.txt").write_text("".join(" ".join(row) + "\n" for row in words))
    return words, tags


def entities_of(rows) -> list[set[tuple[int, int, str]]]:
    return [set(tags_to_spans(tags, "iob2")) for tags in rows]


@pytest.mark.parametrize("arguments", [["words.txt", "--words"], ["test.txt"], ["renamed.conll"]])
def test_given_words_get_exactly_the_tags_that_are_evaluated(textmill, ner, held_out, arguments):
    words, gold = held_out
    shutil.copy("test.txt", "renamed.conll")
    done = textmill("predict", ner.folder, *arguments)
    assert [row["words"] for row in done.rows] == words
    tags = [row["tags"] for row in done.rows]
    assert tags == ner.run.tag(words)
    scores = textmill("evaluate", ner.folder, "test.txt", "--json").json
    found, right = entities_of(tags), entities_of(gold)
    assert sum(map(len, found)) == scores["predicted"] > 0
    assert sum(len(a & b) for a, b in zip(found, right, strict=True)) == scores["correct"]


def test_a_column_file_is_told_to_be_one(textmill, ner, held_out):
    assert "test.txt is read as a column file, a word a line" in textmill("predict", ner.folder, "test.txt").err
    done = textmill("predict", ner.folder, "words.txt")
    assert done.err == ""
    assert set(done.rows[0]) == {"text", "entities"}


def test_words_of_a_column_and_of_empty_lines(textmill, ner):
    Path("in.jsonl").write_text('{"id": 1, "text": "Anna left ."}\n{"id": 2, "text": ""}\n')
    rows = textmill("predict", ner.folder, "in.jsonl", "--words").rows
    assert [(row["id"], row["words"], len(row["tags"])) for row in rows] == [(1, ["Anna", "left", "."], 3), (2, [], 0)]


def test_whole_texts_are_not_given_in_words(refused, sentiment):
    Path("in.txt").write_text("a b\n")
    shown = refused("predict", sentiment.folder, "in.txt", "--words")
    assert "a run of the task 'sentiment' takes whole texts; leave out --words" in shown


def test_columns_by_number_and_joined(textmill, sentiment):
    Path("in.csv").write_text("A good film,I liked it\n")
    (row,) = textmill("predict", sentiment.folder, "in.csv", "--no-header", "--column", "0+1").rows
    assert row["text"] == "A good film\nI liked it"


def test_threads_and_device(textmill, refused, sentiment):
    Path("in.txt").write_text("A good film\n")
    arguments = ["predict", sentiment.folder, "in.txt"]
    assert textmill(*arguments, "--threads", 2, "--device", "auto").rows == textmill(*arguments).rows
    assert "setting training.device: unknown choice 'gpu'" in refused(*arguments, "--device", "gpu")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("none.txt", "none.txt: there is no such file"),
        ("in.jsonl -o in.jsonl", "in.jsonl: is an input too, which would be lost"),
        ("in.jsonl -o out.parquet", "out.parquet: the output's name must end in .jsonl"),
        ("in.jsonl -o in.jsonl/out.jsonl", "in.jsonl is not a folder"),
        ("in.jsonl --column txt", "'txt' is missing or null; the row has 'text'"),
    ],
)
def test_arguments_that_cannot_be_used(refused, sentiment, arguments, message):
    Path("in.jsonl").write_text('{"text": "a"}\n')
    assert message in refused("predict", sentiment.folder, *arguments.split())


@pytest.mark.parametrize(
    "name", ["config.toml", "model.json", "model.safetensors", "pipeline.json", "vocabulary.jsonl"]
)
def test_a_run_that_lacks_a_file_or_has_a_truncated_one(refused, ner, name):
    shutil.copytree(ner.folder, "run")
    content = Path("run", name).read_bytes()
    Path("run", name).write_bytes(content[: len(content) // 2])
    assert "run" in refused("predict", "run", "-")
    Path("run", name).unlink()
    assert f"run: {name} is missing" in refused("predict", "run", "-")


def test_a_reader_that_goes_away_is_no_error(start, sentiment):
    Path("in.txt").write_text("A good film\n" * 20_000)
    process = start("predict", sentiment.folder, "in.txt")
    assert json.loads(process.stdout.readline())["label"] == "pos"
    process.stdout.close()  # as `head -1` does
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


def test_ctrl_c_leaves_nothing(start, interrupt, here, sentiment):
    os.mkfifo("pipe.txt")
    process = start("predict", sentiment.folder, "pipe.txt", "-o", "out.jsonl")
    assert interrupt(process, Path("pipe.txt"), b"A good film\n" * 30_000) == Done(130, "", INTERRUPTED)
    assert [path.name for path in here.iterdir()] == ["pipe.txt"]


def test_the_output_is_utf8_wherever_it_goes(start, sentiment, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    Path("in.txt").write_text("A good film 😀\n", encoding="utf-8")
    process = start("predict", sentiment.folder, "in.txt", encoding="utf-8")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["text"] == "A good film 😀"


@pytest.mark.parametrize(
    "name", ["config.toml", "model.json", "model.safetensors", "pipeline.json", "vocabulary.jsonl"]
)
def test_a_damaged_run_is_refused_by_the_name_of_its_file(refused, sentiment, here, name):
    file = shutil.copytree(sentiment.folder, here / "run") / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    Path("test.txt").write_text("pos a good film\n")
    for command in ("predict", "evaluate"):
        assert f"run/{name}: " in refused(command, "run", "test.txt")
