from __future__ import annotations

from pathlib import Path

import pytest

from .test_train import CONLL, LINES


@pytest.fixture(autouse=True)
def files(here):
    Path("test.txt").write_text(LINES)
    Path("test.conll").write_text(CONLL)


def test_a_tagger(textmill, ner):
    scores = textmill("evaluate", ner.folder, "test.conll", "--json").json
    assert {"precision", "recall", "f1", "types", "words_per_second", "words", "sentences"} <= set(scores)
    assert set(scores["types"]) <= {"PER", "LOC"}
    for row in scores["types"].values():
        assert {"precision", "recall", "f1"} <= set(row)


def test_a_classifier(textmill, sentiment):
    scores = textmill("evaluate", sentiment.folder, "test.txt", "--json").json
    assert {"accuracy", "classes", "texts_per_second", "texts"} <= set(scores)
    assert set(scores["classes"]) == {"neg", "pos"}
    for row in scores["classes"].values():
        assert {"precision", "recall", "f1"} <= set(row)


def test_for_people(textmill, ner, sentiment):
    shown = textmill("evaluate", ner.folder, "test.conll").out
    for name in ("precision", "recall", "f1", "words_per_second", "PER", "LOC"):
        assert name in shown
    shown = textmill("evaluate", sentiment.folder, "test.txt").out
    assert any(line.split() == ["texts", "20"] for line in shown.splitlines())
    assert "accuracy" in shown


def test_types_that_the_model_does_not_know_are_told(textmill, ner):
    Path("other.conll").write_text("Anna B-PERSON\nleft O\n\nParis B-LOC\n")
    note = "unknown entity types, which count as missed: 'PERSON' (1 there); the model knows LOC, PER"
    done = textmill("evaluate", ner.folder, "other.conll")
    assert f"textmill: {note}\n" in done.err
    assert "notes" not in done.out
    done = textmill("evaluate", ner.folder, "other.conll", "--json")
    assert note in done.json["notes"]
    assert done.json["types"]["PERSON"]["gold"] == 1


@pytest.mark.parametrize(
    "task, name, content, message",
    [
        ("ner", "none.conll", None, "none.conll: there is no such file"),
        ("ner", "a.conll", "Anna B-PER\nleft I-LOC X\n", "a.conll:2: 3 columns"),
        ("ner", "a.conll", "Anna S-PER\nleft E-LOC\n", "a.conll:2: not BIOES"),
        ("sentiment", "a.txt", "meh so so\n", "a.txt: text 1 has the label 'meh', which the model does not know"),
        ("sentiment", "a.txt", "", "a.txt: there are no labelled texts"),
    ],
)
def test_data_that_cannot_be_used(refused, request, task, name, content, message):
    if content is not None:
        Path(name).write_text(content)
    assert message in refused("evaluate", request.getfixturevalue(task).folder, name)


def test_a_run_that_is_none(refused):
    assert "none: there is no such run folder" in refused("evaluate", "none", "test.txt")
    Path("run").mkdir()
    assert "run: model.json is missing" in refused("evaluate", "run", "test.txt")


def test_tags_that_were_repaired_are_told_in_one_sentence(textmill, ner):
    Path("odd.conll").write_text(CONLL * 20 + "by IN O\nAnna NNP I-PER\n")
    done = textmill("evaluate", ner.folder, "odd.conll", "--json")
    assert done.json["sentences"] > 20
    (line,) = [line for line in done.err.splitlines() if "odd.conll" in line]
    assert line.startswith("textmill: odd.conll: 1 tag stands where IOB2 allows none such (line ")
