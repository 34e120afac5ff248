from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from textprep import ConfigError, InputError, Lower, Pipeline, Words, open_recipe
from textprep.batch import Totals, in_order, preprocess
from textprep.readers import Quarantine

TEXTS = ["The cat's here.", "", "Émile 😀 said: “3.14!”", "日本語 and the CAT"]
PREP = open_recipe("words")


@dataclass(frozen=True)
class Failing:
    """A word stage that fails at one word."""

    def map_words(self, words):
        if "bad" in words:
            raise InputError("this word fails")
        return words


def write_input(folder: Path, ending: str, texts: list[str] = TEXTS, name: str = "input") -> Path:
    path = folder / (name + ending)
    numbers = [str(k) for k in range(len(texts))]
    if ending == ".txt":
        path.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    elif ending == ".jsonl":
        lines = [json.dumps({"id": n, "text": t}) + "\n" for n, t in zip(numbers, texts, strict=True)]
        path.write_text("".join(lines))
    elif ending == ".parquet":
        pq.write_table(pa.table({"id": numbers, "text": texts}), path)
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, "excel" if ending == ".csv" else "excel-tab")
            writer.writerows([("id", "text"), *zip(numbers, texts, strict=True)])
    return path


def rows_of(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("source", [".txt", ".jsonl", ".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize("target", [".parquet", ".jsonl", ".txt"])
def test_every_input_to_every_output(tmp_path, source, target):
    out = tmp_path / f"out{target}"
    totals = preprocess([write_input(tmp_path, source)], out, PREP)
    expected = PREP(TEXTS).to_lists()
    assert totals.documents == 4
    if target == ".txt":
        lines = out.read_text(encoding="utf-8").split("\n")
        assert lines == [*(" ".join(words) for words in expected), ""]
        return
    rows = rows_of(out)
    assert [row["tokens"] for row in rows] == expected
    assert [row["text"] for row in rows] == TEXTS
    if source != ".txt":
        assert [row["id"] for row in rows] == ["0", "1", "2", "3"]
    for row in rows:
        words = [row["text"][a:b].lower() for a, b in zip(row["starts"], row["ends"], strict=True)]
        assert words == row["tokens"]


def test_columns_of_any_type_travel_along(tmp_path):
    day = datetime.date(2024, 2, 29)
    columns = {"body": ["One two", "three"], "day": [day, None], "tags": [["a"], []], "stars": [4.5, 1.0]}
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    preprocess([tmp_path / "in.parquet"], tmp_path / "out.parquet", PREP, column="body")
    preprocess([tmp_path / "in.parquet"], tmp_path / "out.jsonl", PREP, column="body")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.select(list(columns)).to_pydict() == columns
    first = rows_of(tmp_path / "out.jsonl")[0]
    assert (first["day"], first["tags"], first["tokens"]) == ("2024-02-29", ["a"], ["one", "two"])


def test_what_json_has_not(tmp_path):
    columns = {"text": ["a", "b"], "x": [float("nan"), 1.5], "y": [[float("inf")], []], "z": [b"\xff", None]}
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    preprocess([tmp_path / "in.parquet"], tmp_path / "out.jsonl", PREP)
    rows = rows_of(tmp_path / "out.jsonl")
    assert [(row["x"], row["y"]) for row in rows] == [(None, [None]), (1.5, [])]
    assert rows[0]["z"] == "b'\\xff'"


def test_ids_if_there_is_a_vocabulary(tmp_path):
    prep = Pipeline(Lower(), Words()).fit(["the cat"])
    preprocess([write_input(tmp_path, ".txt")], tmp_path / "out.jsonl", prep)
    for row in rows_of(tmp_path / "out.jsonl"):
        assert row["ids"] == [prep.vocabulary[word] for word in row["tokens"]]


def test_totals_against_brute_force(tmp_path):
    totals = preprocess([write_input(tmp_path, ".jsonl"), write_input(tmp_path, ".jsonl")], tmp_path / "o.txt", PREP)
    words = [word for row in PREP(TEXTS).to_lists() for word in row] * 2
    assert (totals.documents, totals.tokens, totals.types) == (8, len(words), len(set(words)))
    assert totals.bytes == 2 * sum(len(text.encode()) for text in TEXTS)
    assert totals.as_dict()["mb_per_s"] == totals.bytes / 1e6 / totals.seconds
    assert Totals().as_dict()["mb_per_s"] == 0.0


@pytest.mark.parametrize("target", [".parquet", ".jsonl", ".txt"])
def test_threads_change_nothing(tmp_path, target, monkeypatch):
    monkeypatch.setattr("textprep.batch.open_documents", small_batches())
    source = write_input(tmp_path, ".txt", TEXTS * 25)
    outs = [tmp_path / f"out{threads}{target}" for threads in (1, 3)]
    totals = [preprocess([source], out, PREP, threads=threads) for out, threads in zip(outs, (1, 3), strict=True)]
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert totals[0].tokens == totals[1].tokens


def small_batches() -> Callable[..., Iterator[pa.RecordBatch]]:
    from textprep.readers import open_documents

    return lambda path, **options: open_documents(path, **options | {"batch_bytes": 64})


def test_in_order_keeps_order_and_does_not_run_ahead():
    taken = []

    def items():
        for k in range(20):
            taken.append(k)
            yield k

    results = in_order(lambda k: k * k, items(), 3)
    assert next(results) == 0
    assert len(taken) <= 5
    assert list(results) == [k * k for k in range(1, 20)]


def test_several_inputs_stand_one_after_the_other(tmp_path):
    inputs = [write_input(tmp_path, ".jsonl", [text], f"in{k}") for k, text in enumerate(["a", "b", "c"])]
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    preprocess([empty, *inputs], tmp_path / "out.jsonl", PREP)
    assert [row["text"] for row in rows_of(tmp_path / "out.jsonl")] == ["a", "b", "c"]


def test_inputs_of_different_columns(tmp_path):
    inputs = [write_input(tmp_path, ".jsonl"), write_input(tmp_path, ".txt")]
    with pytest.raises(InputError, match=r"input\.txt: columns text \(string\), but the files before have id"):
        preprocess(inputs, tmp_path / "out.jsonl", PREP)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("name", ["tokens", "starts", "ends"])
def test_a_column_that_would_be_overwritten(tmp_path, name):
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": "a", name: 1}) + "\n")
    with pytest.raises(InputError, match=rf"in\.jsonl: there is a column '{name}' already"):
        preprocess([tmp_path / "in.jsonl"], tmp_path / "out.jsonl", PREP)


def test_a_column_called_ids_is_in_the_way_only_of_a_vocabulary(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"text": "a", "ids": 7}\n')
    preprocess([tmp_path / "in.jsonl"], tmp_path / "out.jsonl", PREP)
    assert rows_of(tmp_path / "out.jsonl")[0]["ids"] == 7
    with pytest.raises(InputError, match="'ids' already"):
        preprocess([tmp_path / "in.jsonl"], tmp_path / "out.jsonl", Pipeline(Words()).fit(["a"]))


@pytest.mark.parametrize("target", [".parquet", ".jsonl", ".txt"])
def test_an_empty_input_gives_a_valid_output_without_rows(tmp_path, target):
    (tmp_path / "in.txt").write_bytes(b"")
    out = tmp_path / f"out{target}"
    assert preprocess([tmp_path / "in.txt"], out, PREP).documents == 0
    if target == ".parquet":
        preprocess([write_input(tmp_path, ".txt")], tmp_path / "full.parquet", PREP)
        assert pq.read_schema(out) == pq.read_schema(tmp_path / "full.parquet")
        assert len(pq.read_table(out)) == 0
    else:
        assert out.read_bytes() == b""


@pytest.mark.parametrize("source", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize("bad_rows", [False, True])
def test_an_input_without_a_good_row_keeps_its_columns(tmp_path, source, bad_rows):
    full = write_input(tmp_path, source, name="full")
    empty = tmp_path / f"in{source}"
    if source == ".parquet":
        table = pq.read_table(full)
        texts = pa.array([None] * bad_rows, pa.string())
        pq.write_table(table.slice(0, bad_rows).set_column(1, "text", texts), empty)
    else:
        empty.write_bytes(full.read_bytes().splitlines(keepends=True)[0] + b"one field\n" * bad_rows)
    assert preprocess([empty], tmp_path / "empty.parquet", PREP, on_bad_row=str).documents == 0
    preprocess([full], tmp_path / "out.parquet", PREP)
    assert pq.read_table(tmp_path / "empty.parquet") == pq.read_table(tmp_path / "out.parquet").slice(0, 0)
    preprocess([empty, full], tmp_path / "both.parquet", PREP, on_bad_row=str)
    assert pq.read_table(tmp_path / "both.parquet") == pq.read_table(tmp_path / "out.parquet")


def test_joined_columns_without_rows_are_named_as_with_rows(tmp_path):
    for name, rows in [("empty", ""), ("full", "1,a,b,c\n")]:
        (tmp_path / f"{name}.csv").write_text("id,title,x,body\n" + rows)
        preprocess([tmp_path / f"{name}.csv"], tmp_path / f"{name}.parquet", PREP, column=["title", "body"])
    schemas = [pq.read_schema(tmp_path / f"{name}.parquet") for name in ("empty", "full")]
    assert schemas[0] == schemas[1]
    assert schemas[0].names[:3] == ["id", "text", "x"]


def test_bad_rows_go_where_the_caller_says(tmp_path):
    (tmp_path / "in.txt").write_bytes(b"good\nb\xffd\nfine\n")
    with Quarantine(tmp_path / "bad.jsonl") as bad:
        preprocess([tmp_path / "in.txt"], tmp_path / "out.txt", PREP, on_bad_row=bad)
    assert (tmp_path / "out.txt").read_text() == "good\nfine\n"
    assert [row["line"] for row in rows_of(tmp_path / "bad.jsonl")] == [2]


@pytest.mark.parametrize("target", [".parquet", ".jsonl", ".txt"])
@pytest.mark.parametrize("threads", [1, 3])
def test_nothing_half_written_stays_when_a_stage_fails(tmp_path, target, threads, monkeypatch):
    monkeypatch.setattr("textprep.batch.open_documents", small_batches())
    source = write_input(tmp_path, ".txt", ["good words"] * 50 + ["bad"] + ["more"] * 50)
    out = tmp_path / f"out{target}"
    out.write_text("from before")
    with pytest.raises(InputError, match="this word fails"):
        preprocess([source], out, Pipeline(Words(), Failing()), threads=threads)
    assert names_in(tmp_path) == {"input.txt", out.name}
    assert out.read_text() == "from before"


def test_an_output_that_is_an_input_is_refused(tmp_path):
    source = write_input(tmp_path, ".jsonl")
    before = source.read_bytes()
    (tmp_path / "link.jsonl").symlink_to(source)
    for out in (source, tmp_path / "link.jsonl", tmp_path / "." / "input.jsonl"):
        with pytest.raises(ConfigError, match="is an input too, which would be lost"):
            preprocess([source], out, PREP)
    assert source.read_bytes() == before


def test_an_output_that_cannot_be_written_is_refused_at_once(tmp_path):
    source = write_input(tmp_path, ".txt")
    with pytest.raises(ConfigError, match=r"must end in \.jsonl, \.parquet, \.txt"):
        preprocess([source], tmp_path / "out.csv", PREP)
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(ConfigError, match="is a folder"):
        preprocess([source], tmp_path / "folder.jsonl", PREP)
    with pytest.raises(ConfigError, match=r"input\.txt is not a folder"):
        preprocess([source], source / "out.jsonl", PREP)


def test_an_output_in_a_folder_that_is_still_to_be_made(tmp_path):
    preprocess([write_input(tmp_path, ".txt")], tmp_path / "a" / "b" / "out.txt", PREP)
    assert (tmp_path / "a" / "b" / "out.txt").exists()


def test_a_missing_input_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match=r"none\.txt: there is no such file"):
        preprocess([tmp_path / "none.txt"], tmp_path / "out.txt", PREP)
    assert names_in(tmp_path) == set()
