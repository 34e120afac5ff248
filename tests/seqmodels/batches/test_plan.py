import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from seqmodels.batches.plan import LengthBuckets
from textprep.errors import ConfigError


def plan_of(plan, epoch):
    return [rows.tolist() for rows in plan.epoch(epoch)]


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 12), max_size=60),
    st.integers(1, 7),
    st.none() | st.integers(1, 40),
    st.none() | st.integers(0, 3),
    st.integers(0, 2),
)
def test_every_row_is_in_one_batch_which_is_not_too_large(lengths, size, tokens, seed, epoch):
    batches = plan_of(LengthBuckets(np.array(lengths, np.int64), size=size, tokens=tokens, seed=seed), epoch)
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    for rows in batches:
        padded = len(rows) * max(lengths[row] for row in rows)
        assert len(rows) <= size if tokens is None else len(rows) == 1 or padded <= tokens


def test_an_epoch_depends_on_its_number_and_the_seed_only():
    lengths = np.random.default_rng(1).integers(1, 30, 300)
    plan = LengthBuckets(lengths, size=8, seed=5)
    list(plan.epoch(0))
    assert plan_of(plan, 3) == plan_of(LengthBuckets(lengths, size=8, seed=5), 3)
    assert plan_of(plan, 3) != plan_of(plan, 4)
    assert plan_of(plan, 3) != plan_of(LengthBuckets(lengths, size=8, seed=6), 3)


def test_without_a_seed_the_longest_come_first():
    assert plan_of(LengthBuckets(np.array([1, 5, 3, 5]), size=3), 7) == [[1, 3, 2], [0]]


def test_rows_keep_changing_company():
    plan = LengthBuckets(np.ones(1000, np.int64), size=10, seed=0)
    together = [{frozenset(rows) for rows in plan_of(plan, epoch)} for epoch in range(2)]
    assert not together[0] & together[1]


@pytest.mark.parametrize("wrong", [{"size": 0}, {"tokens": 0}, {"size": -1}])
def test_sizes_below_one_are_refused(wrong):
    with pytest.raises(ConfigError, match="at least 1"):
        LengthBuckets(np.ones(2, np.int64), **wrong)


def test_in_the_first_epochs_short_rows_come_first():
    lengths = np.random.default_rng(1).integers(0, 30, 3000)
    plan = LengthBuckets(lengths, size=8, seed=5, short_first=2)
    for epoch in range(3):
        batches = plan.epoch(epoch)
        widths = [int(lengths[rows].max()) for rows in batches]
        assert (widths == sorted(widths)) == (epoch < 2)
        assert sorted(np.concatenate(batches)) == list(range(3000))
    assert plan_of(plan, 0) != plan_of(plan, 1)
    assert plan_of(plan, 2) == plan_of(LengthBuckets(lengths, size=8, seed=5), 2)


def test_an_epoch_may_draw_some_rows_only():
    lengths = np.random.default_rng(1).integers(1, 30, 100)
    plan = LengthBuckets(lengths, tokens=50, seed=5, count=40)
    drawn = [{row for rows in plan_of(plan, epoch) for row in rows} for epoch in range(60)]
    assert {len(rows) for rows in drawn} == {40}
    assert set.union(*drawn) == set(range(100))


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"short_first": -1}, "0 or more"),
        ({"short_first": 1}, "give a seed"),
        ({"count": 2}, "give a seed"),
        ({"count": 0}, "at least 1"),
        ({"count": 3, "seed": 0}, "3 rows cannot be drawn out of 2"),
    ],
)
def test_wrong_choices_of_rows(wrong, message):
    with pytest.raises(ConfigError, match=message):
        LengthBuckets(np.ones(2, np.int64), **wrong)
