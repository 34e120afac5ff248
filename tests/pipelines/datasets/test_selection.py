from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from pipelines.datasets import LabelledTexts, TaggedSentences, folds, held_out, split
from textprep.errors import ConfigError, InputError


def texts(count: int, labels: str = "ab") -> LabelledTexts:
    rows = range(count)
    return LabelledTexts([f"t{row}" for row in rows], [labels[row % len(labels)] for row in rows], "mem")


def test_rows_keep_everything_that_belongs_to_them():
    whole = LabelledTexts(["x", "y", "z"], ["a", "b", "c"], "mem", ("text", "label"), ratings=[1, 2, 3])
    assert whole.select([2, 0], "two") == LabelledTexts(["z", "x"], ["c", "a"], "two", ("text", "label"), [3, 1])
    sentences = TaggedSentences([["x"], ["y"]], [["O"], ["B-A"]], [0, 1], [1, 3], "mem", repairs=(3,))
    assert sentences.select([1], "one") == TaggedSentences([["y"]], [["B-A"]], [1], [3], "one")


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.integers(0, 5))
def test_what_is_held_out_is_the_beginning_of_the_shuffled_rows(count, share, seed):
    cut = round(count * share)
    if not 0 < cut < count:
        with pytest.raises(InputError, match=rf"mem: {count} examples cannot give a share of {share}"):
            held_out(texts(count), share, seed)
        return
    order = [f"t{row}" for row in np.random.default_rng(seed).permutation(count)]
    larger, smaller = held_out(texts(count), share, seed)
    assert (larger.texts, smaller.texts) == (order[cut:], order[:cut])
    assert (larger.source, smaller.source) == ("mem (training part)", "mem (part held out)")


@given(st.integers(20, 90), st.sampled_from([(0.5, 0.5), (0.8, 0.1, 0.1), (1.0,), (0.3, 0.3, 0.4)]), st.integers(0, 3))
def test_parts_by_shares_have_their_sizes_and_lose_nothing(count, shares, seed):
    parts = split(texts(count), shares, seed)
    assert sorted(text for part in parts for text in part.texts) == sorted(texts(count).texts)
    assert all(abs(len(part) - share * count) <= 1 for part, share in zip(parts, shares, strict=True))
    assert parts == split(texts(count), shares, seed)


@pytest.mark.parametrize("shares", [(), (0.5, 0.6), (1.5, -0.5), (0.5,), (0, 1)])
def test_shares_that_are_none(shares):
    with pytest.raises(ConfigError, match="sum to 1"):
        split(texts(10), shares, 0)


def test_too_few_examples():
    with pytest.raises(InputError, match=r"mem: 3 examples cannot give shares of 0\.9, 0\.1; give more"):
        split(texts(3), (0.9, 0.1), 0)
    with pytest.raises(InputError, match="mem: 3 examples cannot make 4 folds"):
        folds(texts(3), 4, 0)


@given(st.integers(2, 60), st.integers(2, 9), st.integers(0, 3), st.booleans())
def test_over_all_folds_each_example_is_held_out_once(count, k, seed, stratified):
    if count < k:
        return
    whole = texts(count, "aaab")
    pairs = list(folds(whole, k, seed, by=whole.labels if stratified else None))
    assert len(pairs) == k
    assert sorted(text for _, fold in pairs for text in fold.texts) == sorted(whole.texts)
    for rest, fold in pairs:
        assert sorted(rest.texts + fold.texts) == sorted(whole.texts)
        assert len(fold) in {count // k, -(-count // k)}


@given(st.lists(st.sampled_from("aaaaabbc"), min_size=9), st.integers(2, 9))
def test_stratified_folds_share_out_every_class(labels, k):
    whole = LabelledTexts([str(row) for row in range(len(labels))], labels, "mem")
    for _, fold in folds(whole, k, 0, by=labels):
        for label, count in Counter(labels).items():
            assert abs(fold.labels.count(label) - count / k) < 1


def test_folds_that_cannot_be():
    with pytest.raises(ConfigError, match="k must be 2 or more, not 1"):
        folds(texts(9), 1, 0)
    with pytest.raises(ConfigError, match="there are 1 classes for 9 examples"):
        folds(texts(9), 3, 0, by=["a"])
