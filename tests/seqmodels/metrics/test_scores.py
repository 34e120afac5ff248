import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, precision_recall_fscore_support

from seqmodels.heads.tag_schemes import tags_to_spans
from seqmodels.metrics.scores import (
    accuracy,
    balanced_accuracy,
    class_scores,
    entity_scores,
    label_scores,
    macro_f1,
    micro_f1,
    score,
)
from textprep.errors import InputError

TAGS = ["O", "B-A", "I-A", "B-B", "I-B"]


def conlleval(golds, founds):
    """The counting of the CoNLL script, token by token, over IOB2 tags: (correct, gold, found)."""
    correct = gold_chunks = found_chunks = 0
    for gold, found in zip(golds, founds, strict=True):
        in_correct = None  # the type of a chunk that has agreed since its first token
        for i in range(len(gold) + 1):
            tags = [(s[i] if i < len(s) else "O", s[i - 1] if i else "O") for s in (gold, found)]
            begins = [now[0] == "B" or (now[0] == "I" and now[1:] != before[1:]) for now, before in tags]
            ends = [before != "O" and (now[0] in "BO" or now[1:] != before[1:]) for now, before in tags]
            if in_correct:
                if ends == [True, True]:
                    correct, in_correct = correct + 1, None
                elif ends[0] != ends[1]:
                    in_correct = None
            (now_gold, _), (now_found, _) = tags
            if begins == [True, True] and now_gold[2:] == now_found[2:]:
                in_correct = now_gold[2:]
            gold_chunks += begins[0]
            found_chunks += begins[1]
    return correct, gold_chunks, found_chunks


sentences = st.lists(
    st.integers(0, 8).flatmap(lambda n: st.tuples(*[st.lists(st.sampled_from(TAGS), min_size=n, max_size=n)] * 2)),
    max_size=6,
)


@given(sentences)
def test_entities_count_as_in_conlleval(pairs):
    golds, founds = [gold for gold, _ in pairs], [found for _, found in pairs]
    correct, gold, found = conlleval(golds, founds)
    scores = entity_scores([tags_to_spans(t, "iob2") for t in golds], [tags_to_spans(t, "iob2") for t in founds])
    assert (scores["all"].correct, scores["all"].gold, scores["all"].predicted) == (correct, gold, found)
    by_type = [each for name, each in scores.items() if name != "all"]
    assert sum(each.correct for each in by_type) == correct


def test_worked_entities():
    gold = [tags_to_spans("B-PER I-PER O B-LOC".split(), "iob2"), tags_to_spans(["B-ORG"], "iob2")]
    found = [tags_to_spans("B-PER O O B-LOC".split(), "iob2"), tags_to_spans(["B-LOC"], "iob2")]
    scores = entity_scores(gold, found)
    assert list(scores) == ["all", "LOC", "ORG", "PER"]
    assert scores["all"] == pytest.approx((1 / 3, 1 / 3, 1 / 3, 3, 3, 1))
    assert scores["LOC"] == pytest.approx((1 / 2, 1, 2 / 3, 1, 2, 1))
    assert scores["ORG"] == (0, 0, 0, 1, 0, 0)


def test_nothing_over_nothing_is_zero():
    assert score(0, 0, 0) == (0, 0, 0, 0, 0, 0)
    assert entity_scores([], [])["all"].f1 == 0
    assert accuracy(np.array([]), np.array([])) == 0
    assert macro_f1({}) == micro_f1({}) == balanced_accuracy({}) == 0


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2))))
def test_classes_equal_plain_counting(pairs):
    gold, found = np.array([g for g, _ in pairs], int), np.array([f for _, f in pairs], int)
    scores = class_scores(gold, found, ["x", "y", "z"])
    for i, name in enumerate("xyz"):
        right = sum(g == f == i for g, f in pairs)
        precision = right / max(1, sum(f == i for _, f in pairs))
        recall = right / max(1, sum(g == i for g, _ in pairs))
        f1 = 2 * precision * recall / (precision + recall) if right else 0
        assert scores[name][:3] == pytest.approx((precision, recall, f1))
    present = {name for pair in pairs for name in ("xyz"[pair[0]], "xyz"[pair[1]])}
    assert macro_f1(scores) == pytest.approx(sum(scores[name].f1 for name in present) / max(1, len(present)))
    assert accuracy(gold, found) == pytest.approx(sum(g == f for g, f in pairs) / max(1, len(pairs)))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1))
@pytest.mark.filterwarnings("ignore:y_pred contains classes")
def test_means_over_classes_equal_those_of_scikit_learn(pairs):
    gold, found = np.array(pairs).T
    scores = class_scores(gold, found, ["x", "y", "z"])
    assert macro_f1(scores) == pytest.approx(f1_score(gold, found, average="macro"))
    assert micro_f1(scores) == pytest.approx(f1_score(gold, found, average="micro"))
    assert balanced_accuracy(scores) == pytest.approx(balanced_accuracy_score(gold, found))


@given(st.lists(st.tuples(*[st.booleans()] * 6), min_size=1))
def test_several_labels_a_row_equal_those_of_scikit_learn(rows):
    both = np.array(rows, int)
    gold, found = both[:, :3], both[:, 3:]
    scores = label_scores(gold, found, ["x", "y", "z"])
    expected = precision_recall_fscore_support(gold, found, zero_division=0)
    assert np.allclose([each[:3] for each in scores.values()], np.transpose(expected[:3]))
    assert [each.gold for each in scores.values()] == expected[3].tolist()
    assert micro_f1(scores) == pytest.approx(f1_score(gold, found, average="micro", zero_division=0))


def test_lengths_must_agree():
    for wrong in (
        lambda: entity_scores([[]], []),
        lambda: accuracy(np.zeros(2), np.zeros(3)),
        lambda: label_scores(np.zeros((2, 1)), np.zeros((1, 1)), ["x"]),
        lambda: class_scores(np.zeros(2, int), np.zeros(3, int), ["x"]),
    ):
        with pytest.raises(InputError):
            wrong()
