from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import f1_score

from pipelines import MultilabelSettings, load, train_multilabel
from pipelines.datasets import LabelledTexts
from pipelines.tasks.multilabel import Multilabel
from textprep import InputError
from textprep.settings import with_values

from ..conftest import SENTIMENT

pytestmark = pytest.mark.usefixtures("one_thread")
ONE_EPOCH = with_values(MultilabelSettings(), {**SENTIMENT, "epochs": 1})


def test_it_learns(multilabel, articles):
    scores = multilabel.run.evaluate(articles(80, 7))
    assert scores["micro_f1"] > 0.9
    assert scores["macro_f1"] > 0.85
    assert scores["exact"] > 0.7
    assert list(scores["classes"]) == multilabel.run.labels == ["money", "sport", "war"]


def test_scores_are_those_of_scikit_learn(multilabel, articles):
    test = articles(50, 9)
    gold = multilabel.run.task.targets(test, multilabel.run.labels)
    predicted = (multilabel.run.probabilities(test.texts) >= 0.5).astype(int)
    scores = multilabel.run.evaluate(test)
    assert scores["micro_f1"] == pytest.approx(f1_score(gold, predicted, average="micro"))
    assert scores["macro_f1"] == pytest.approx(f1_score(gold, predicted, average="macro"))
    assert scores["exact"] == pytest.approx((gold == predicted).all(1).mean())


def test_predictions(multilabel):
    texts = ["the bank and the army", "the coach saw a match", "and so it was", ""]
    found = multilabel.run(texts)
    assert [set(each.labels) for each in found[:2]] == [{"money", "war"}, {"sport"}]
    for each in found:
        assert list(each.probabilities) == multilabel.run.labels
        assert each.labels == sorted(each.labels, key=lambda label: -each.probabilities[label])
        assert set(each.labels) == {label for label, p in each.probabilities.items() if p >= 0.5}
    records = json.loads(json.dumps(multilabel.run.records(texts)))
    assert all(tuple(record) == multilabel.run.columns for record in records)
    assert load(multilabel.folder).records(texts) == multilabel.run.records(texts)


def test_the_threshold_decides(articles):
    run = train_multilabel(articles(40, 0), settings=with_values(ONE_EPOCH, {"threshold": 0.0}))
    assert [sorted(each.labels) for each in run(["anything"])] == [["money", "sport", "war"]]


@pytest.mark.parametrize("ending", [".jsonl", ".tsv", ".txt"])
def test_from_files(tmp_path, articles, ending):
    file, data = tmp_path / f"train{ending}", articles(30, 0)
    rows = [(text, labels) for text, labels in zip(data.texts, data.labels, strict=True) if labels]
    if ending == ".jsonl":
        lines = [json.dumps({"text": text, "labels": labels}) for text, labels in rows]
    elif ending == ".tsv":
        lines = ["text\tlabels", *(f"{text}\t{','.join(labels)}" for text, labels in rows)]
    else:
        lines = [" ".join([*(f"__label__{label}" for label in labels), text]) for text, labels in rows]
    file.write_text("\n".join(lines) + "\n")
    run = train_multilabel(file, file, settings=ONE_EPOCH)
    assert run.labels == ["money", "sport", "war"]
    assert run.evaluate(file)["texts"] == len(rows)


def test_balanced_weights_are_as_many_times_as_there_are_more_texts_without_a_label():
    data = LabelledTexts(["x"] * 10, [("a",)] * 2 + [("a", "b")] * 3 + [()] * 5, "mem")
    task = Multilabel(with_values(ONE_EPOCH, {"class_weights": "balanced"}))
    assert np.allclose(task.weights(data, ["a", "b"]), [5 / 5, 7 / 3])
    assert Multilabel(ONE_EPOCH).weights(data, ["a", "b"]) is None


def test_labels_that_cannot_be_used(multilabel, articles):
    with pytest.raises(InputError, match="mem: no text has a label"):
        train_multilabel(LabelledTexts(["a"], [()], "mem"), settings=ONE_EPOCH)
    with pytest.raises(InputError, match="mem: text 2 has the label 'art', which the model does not know; it knows"):
        multilabel.run.evaluate(LabelledTexts(["a", "b"], [(), ("art",)], "mem"))
