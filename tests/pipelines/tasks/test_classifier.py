from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score
from sklearn.utils.class_weight import compute_class_weight

from pipelines import ClassificationSettings, ClassifierRun, SentimentSettings, train_classifier, train_sentiment
from pipelines.datasets import LabelledTexts
from pipelines.tasks.classifier import Classification
from textprep import ConfigError, InputError
from textprep.settings import with_values

from ..conftest import SENTIMENT

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL = with_values(ClassificationSettings(), SENTIMENT)
ONE_EPOCH = with_values(SMALL, {"epochs": 1})


def test_sentiment_is_classification_with_other_settings(reviews):
    as_classifier = train_classifier(reviews(40, 0), reviews(8, 1), settings=SMALL)
    sentiment = train_sentiment(
        reviews(40, 0), reviews(8, 1), settings=with_values(SentimentSettings(), {**SENTIMENT, "epochs": 5})
    )
    texts = reviews(20, 2).texts
    assert isinstance(sentiment, ClassifierRun)
    assert (as_classifier.parts.task, sentiment.parts.task) == ("classifier", "sentiment")
    assert np.array_equal(as_classifier.probabilities(texts), sentiment.probabilities(texts))


def test_scores_are_those_of_scikit_learn(sentiment, reviews):
    test = reviews(60, 4)
    test = test.select([*range(0, 60, 2), 1, 3, 5], "uneven")
    predicted = [found.label for found in sentiment.run(test.texts)]
    scores = sentiment.run.evaluate(test)
    assert scores["macro_f1"] == pytest.approx(f1_score(test.labels, predicted, average="macro"))
    assert scores["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(test.labels, predicted))


def test_balanced_weights_are_those_of_scikit_learn(reviews):
    data = reviews(40, 0)
    data = data.select([*range(0, 40, 2), 1, 3, 5], "uneven")
    task = Classification(with_values(SMALL, {"class_weights": "balanced"}))
    expected = compute_class_weight("balanced", classes=np.array(["neg", "pos"]), y=data.labels)
    assert np.allclose(task.weights(data, ["neg", "pos"]), expected)
    assert Classification(SMALL).weights(data, ["neg", "pos"]) is None


def test_balanced_weights_find_a_rare_class(reviews):
    data = reviews(320, 0)
    data = data.select([*range(0, 300, 2), *range(1, 20, 2)], "15 to 1")  # 150 pos, 10 neg
    test = reviews(60, 1)
    choices = {"epochs": 2, "learning_rate": 0.03, "average_decay": 0.0, "metric": "balanced_accuracy", "ngrams": 0}
    recalls = {}
    for weights in ("none", "balanced"):
        run = train_classifier(data, data, settings=with_values(SMALL, {**choices, "class_weights": weights}))
        recalls[weights] = run.evaluate(test)["classes"]["neg"]["recall"]
    assert recalls["none"] < 0.2
    assert recalls["balanced"] > 0.4


def test_the_best_epoch_may_be_chosen_by_balanced_accuracy(reviews, tmp_path):
    settings = with_values(SMALL, {"metric": "balanced_accuracy"})
    train_classifier(reviews(40, 0), reviews(20, 1), settings=settings, out=tmp_path / "run")
    records = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    best = max(range(len(records)), key=lambda epoch: (records[epoch]["balanced_accuracy"], -epoch))
    assert f"With the weights of epoch {best + 1} of" in (tmp_path / "run" / "report.md").read_text()


def test_columns_by_number_and_joined(tmp_path):
    rows = ["pos,Great film,I liked it", "neg,Awful film,I left early"] * 10
    (tmp_path / "train.csv").write_text("\n".join(rows) + "\n")
    settings = with_values(ONE_EPOCH, {"text": "1+2", "data.label": "0", "header": False})
    run = train_classifier(tmp_path / "train.csv", settings=settings)
    assert run.labels == ["neg", "pos"]
    assert {"great", "liked"} <= set(run.parts.pipeline.vocabulary.words)
    with pytest.raises(ConfigError, match="must name one column"):
        train_classifier(tmp_path / "train.csv", settings=with_values(settings, {"data.label": "0+1"}))


def test_bad_rows_may_be_set_aside(tmp_path):
    file = tmp_path / "train.txt"
    file.write_bytes(b"pos good\nneg b\xffd\nneg bad\n" + b"pos fine\nneg awful\n" * 9)
    with pytest.raises(InputError, match=r"train\.txt:2: invalid UTF-8"):
        train_classifier(file, settings=ONE_EPOCH)
    bad = []
    run = train_classifier(file, settings=ONE_EPOCH, on_bad_row=bad.append)
    assert [(row.line, row.raw) for row in bad] == [(2, b"neg b\xffd")]
    assert run.labels == ["neg", "pos"]
    assert run.evaluate(file, bad.append)["texts"] == 20
    assert len(bad) == 2


def test_another_encoding(tmp_path):
    file = tmp_path / "train.txt"
    file.write_bytes("gut schön\nböse übel\n".encode("latin-1") * 10)
    run = train_classifier(file, settings=with_values(ONE_EPOCH, {"encoding": "latin-1"}))
    assert run.labels == ["böse", "gut"]


def test_labels_that_are_alike_are_one():
    with pytest.raises(InputError, match="mem: there is one label only, 'x'"):
        train_classifier(LabelledTexts(["a", "b"], ["x", "x"], "mem"), settings=ONE_EPOCH)
