"""Classifiers of pairs of texts: trained, saved, asked, scored, and what they are not given."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from sklearn.metrics import f1_score

from pipelines import PairsSettings, load, train_pairs
from pipelines.datasets import LabelledPairs
from pipelines.tasks.pairs import Pairs
from textprep.errors import ConfigError, InputError
from textprep.settings import with_values

pytestmark = pytest.mark.usefixtures("one_thread")

ANIMALS, THINGS = "cat dog cow hen".split(), "box cup hat pen".split()
SMALL = with_values(
    PairsSettings(),
    {
        "min_count": 1,
        "batch_size": 16,
        "size": 12,
        "model.encoder.hidden_size": 12,
        "model.head.hidden_size": 16,
        "epochs": 12,
        "learning_rate": 0.02,
        "warmup_steps": 0,
        "average_decay": 0.0,
        "model.input.dropout": 0.0,
        "output_dropout": 0.0,
    },
)


def pairs(count: int, seed: int) -> LabelledPairs:
    """Sentences that speak of one kind of thing, or of two: neither side alone tells which."""
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        kinds = rng.choice((ANIMALS, THINGS)), rng.choice((ANIMALS, THINGS))
        first, second = (" ".join(["the", rng.choice(kind), *rng.choices(["is", "here"], k=2)]) for kind in kinds)
        rows.append((first, second, "same" if kinds[0] is kinds[1] else "other"))
    return LabelledPairs([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], f"pairs {seed}")


@pytest.fixture(scope="module", params=["compared", "together"])
def run(request, one_thread, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs") / "run"
    settings = with_values(SMALL, {"join": request.param})
    train_pairs(pairs(300, 0), pairs(40, 1), settings=settings, out=folder)
    return load(folder)


def test_it_learns_what_only_both_sides_tell(run):
    test = pairs(60, 2)
    scores = run.evaluate(test)
    assert scores["accuracy"] > 0.95
    assert scores["pairs"] == 60
    predicted = [found.label for found in run(list(zip(test.first, test.second, strict=True)))]
    assert scores["macro_f1"] == pytest.approx(f1_score(test.labels, predicted, average="macro"))


def test_a_pair_does_not_hang_on_its_company(run):
    test = pairs(20, 3)
    given = list(zip(test.first, test.second, strict=True))
    together = run.probabilities(given)
    alone = np.concatenate([run.probabilities([pair]) for pair in given])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(together.sum(1), 1)
    (record,) = run.records(given[:1])
    assert tuple(record) == run.columns
    json.dumps(record)


def test_empty_and_unknown_sides_are_read_as_they_are(run):
    found = run([("", "the cat"), ("the cat", ""), ("", ""), ("zyzzyva 😀", "the cat")])
    assert all(each.label in ("same", "other") and np.isfinite(each.probability) for each in found)
    assert run([]) == []


def test_what_is_no_pair(run):
    for wrong in ("the cat", ["the cat"], [("the cat",)], [("the cat", None)]):
        with pytest.raises(InputError, match=r"pass \[\(first, second\)\]"):
            run(wrong)


def test_columns_by_name_by_number_and_bad_rows(tmp_path):
    rows = [("b", "label", "a"), *[("the cat", "yes", "the dog"), ("a box", "no", "the dog")] * 10]
    file = tmp_path / "train.tsv"
    file.write_text("".join("\t".join(row) + "\n" for row in [*rows, ("", "yes", "the dog"), ("the cat", "", "a")]))
    task = Pairs(with_values(SMALL, {"first": "a", "data.second": "0"}))
    with pytest.raises(InputError, match=r"train\.tsv:22: 'b' is empty"):
        task.read(file)
    bad = []
    read = task.read(file, on_bad_row=bad.append)
    assert (len(read), read.columns, [row.line for row in bad]) == (20, ("a", "b", "label"), [22, 23])
    assert (read.first[0], read.second[0], read.labels[:2]) == ("the dog", "the cat", ["yes", "no"])
    with pytest.raises(ConfigError, match=r"setting data\.first must name one column"):
        Pairs(with_values(SMALL, {"first": "a+b"})).read(file)


def test_what_cannot_be_learned_from_or_scored(run):
    one = LabelledPairs(["a"] * 9, ["b"] * 9, ["same"] * 9, "one kind")
    with pytest.raises(InputError, match="one kind: there is one label only, 'same'; give pairs of two labels"):
        train_pairs(one, settings=SMALL)
    with pytest.raises(InputError, match="pair 1 has the label 'new', which the model does not know"):
        run.evaluate(LabelledPairs(["a"], ["b"], ["new"], "new"))
    with pytest.raises(ConfigError, match="leave out vectors"):
        train_pairs(pairs(20, 0), settings=SMALL, vectors="glove.txt")


def test_the_card_knows_the_separator(run):
    sizes = run.parts.sizes
    vocabulary = run.parts.pipeline.vocabulary.words
    assert vocabulary[sizes.separator] == "<sep>"
    with pytest.raises(ConfigError, match="sizes of 5 words, where there are 6"):
        Pairs.restored({"words": 5, "segments": 0, "separator": 2}, None, ["w"] * 6)
    with pytest.raises(ConfigError, match="the separator has the id 7, and there are 6 words"):
        Pairs.restored({"words": 6, "segments": 0, "separator": 7}, None, ["w"] * 6)
