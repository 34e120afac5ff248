from __future__ import annotations

from pipelines.tasks.notes import never_predicted, not_known
from seqmodels.metrics.scores import score

SCORES = {"a": score(5, 9, 8), "b": score(0, 0, 1200), "c": score(0, 3, 2), "d": score(0, 0, 0), "new": score(0, 0, 3)}


def test_classes_that_are_there_but_were_never_predicted():
    assert never_predicted(SCORES, "abcd") == ["never predicted: 'b' (1,200 there)"]
    assert never_predicted({"a": SCORES["a"], "d": SCORES["d"]}, "abcd") == []


def test_classes_that_the_model_was_never_shown():
    (note,) = not_known(SCORES, "abcd", "tags")
    assert note == "unknown tags, which count as missed: 'new' (3 there); the model knows a, b, c, d"
    assert not_known(SCORES, SCORES, "tags") == []
