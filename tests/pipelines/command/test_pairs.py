"""`textmill train pairs`, and what `evaluate` and `predict` make of its run."""

from __future__ import annotations

from pathlib import Path

import pytest

ROWS = ["the cat\tthe cat\tyes", "the cat\ta dog\tno", "a dog\ta dog\tyes", "a dog\tthe cat\tno"]
SMALL = [
    *("--set", "epochs=1", "--set", "model.encoder.hidden_size=4", "--set", "size=4", "--set", "min_count=1"),
    *("--set", "model.head.hidden_size=4"),
]


@pytest.fixture
def trained(textmill):
    Path("train.tsv").write_text("\n".join(["premise\thypothesis\tlabel", *ROWS * 5]) + "\n")
    done = textmill("train", "pairs", "--train", "train.tsv", "--dev", "train.tsv", "--out", "run", *SMALL)
    assert done.code == 0, done.err
    return "run"


def test_train_evaluate_predict(textmill, refused, trained):
    assert "train.tsv: 20 pairs, " in Path("run/report.md").read_text()
    assert textmill("evaluate", trained, "train.tsv", "--json").json["pairs"] == 20
    done = textmill("predict", trained, "train.tsv")  # its column `label` would be overwritten
    assert done.code == 2
    assert "there is a column 'label' already" in done.err

    Path("new.jsonl").write_text('{"id": 7, "first": "the cat", "second": "a dog"}\n')
    (row,) = textmill("predict", trained, "new.jsonl").rows
    assert list(row) == ["id", "first", "second", "label", "probability", "probabilities"]
    assert (row["id"], row["first"]) == (7, "the cat")

    Path("new.csv").write_text("q,a,b\n1,the cat,a dog\n2,,a dog\n3,a dog,the cat\n")
    done = textmill(
        "predict", trained, "new.csv", "--column", "a", "--second", 2, "--on-error", "quarantine", "-o", "o.jsonl"
    )
    assert done.err == "textmill: 1 bad rows set aside in o.jsonl.quarantine.jsonl\n"
    assert [line[:8] for line in Path("o.jsonl").read_text().splitlines()] == ['{"q": "1', '{"q": "3']
    (again,) = textmill("predict", trained, "new.jsonl").rows
    assert again == row


def test_what_predict_refuses(refused, trained):
    Path("new.csv").write_text("q,a,b\n1,the cat,a dog\n2,,a dog\n")
    assert "there is no column 'c'" in refused("predict", trained, "new.csv", "--column", "a", "--second", "c")
    assert "no column named first or source" in refused("predict", trained, "new.csv")
    assert "one column is chosen twice" in refused("predict", trained, "new.csv", "--column", "a", "--second", "a")
    assert "--second must name one column" in refused("predict", trained, "new.csv", "--column", "a", "--second", "a+b")
    shown = refused("predict", trained, "new.csv", "--column", "a", "--second", "b", "-o", "o.jsonl")
    assert "new.csv:3: 'a' is empty" in shown
    assert "name does not end as that of a table" in refused("predict", trained, "-")


def test_a_run_of_single_texts_takes_no_second_column(refused, sentiment):
    Path("new.csv").write_text("text,b\nthe cat,a dog\n")
    assert "takes single texts; leave out --second" in refused("predict", sentiment.folder, "new.csv", "--second", "b")
