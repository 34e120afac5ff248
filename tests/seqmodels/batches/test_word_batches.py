import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.batches.word_batches import Batches
from seqmodels.inputs.word_features import WordFeatures
from textprep.errors import ConfigError, InputError

SURFACE = [f"w{i}" for i in range(50)]
TYPES = WordFeatures(["<pad>", "<unk>", *SURFACE], alphabet="w0123456789")(SURFACE)


def ragged(lengths, seed=0):
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    values = np.random.default_rng(seed).integers(0, 50, offsets[-1]).astype(np.int32)
    return values, offsets


@settings(max_examples=60)
@given(
    lengths=st.lists(st.integers(0, 12), max_size=40),
    size=st.integers(1, 7),
    tokens=st.none() | st.integers(1, 40),
    seed=st.none() | st.integers(0, 3),
    epoch=st.integers(0, 2),
    shared=st.booleans(),
)
def test_every_row_comes_once_with_its_own_words(lengths, size, tokens, seed, epoch, shared):
    values, offsets = ragged(lengths)
    tags = values * 2
    batches = Batches(
        TYPES, values, offsets, targets=tags, per_token=True, size=size, tokens=tokens, seed=seed, shared_words=shared
    )
    seen = []
    for batch in batches.epoch(epoch):
        words = batch.features.words[batch.codes]  # back to rows of the word matrix
        for i, row in enumerate(batch.rows.tolist()):
            seen.append(row)
            count = lengths[row]
            assert batch.lengths[i] == count
            assert (words[i, :count] - 2).tolist() == values[offsets[row] : offsets[row + 1]].tolist()
            assert batch.targets[i, :count].tolist() == tags[offsets[row] : offsets[row + 1]].tolist()
            assert batch.codes[i, count:].sum() == batch.targets[i, count:].sum() == 0
        assert batch.mask.sum(1).tolist() == batch.lengths.tolist()
        if tokens is None:
            assert len(batch.rows) <= size
        else:
            assert len(batch.rows) == 1 or batch.codes.numel() <= tokens
    assert sorted(seen) == list(range(len(lengths)))


def test_types_are_the_distinct_words_behind_a_padding_word():
    batch = next(iter(Batches(TYPES, np.array([7, 3, 7, 7], np.int32), np.array([0, 4]))))
    assert batch.features.words.tolist() == [0, 5, 9]
    assert batch.codes.tolist() == [[2, 1, 2, 2]]
    assert batch.features.chars[0].sum() == 0


def rows_of(batches, epoch):
    return [batch.rows.tolist() for batch in batches.epoch(epoch)]


def test_order_depends_on_seed_and_epoch_only():
    data = ragged(np.random.default_rng(1).integers(1, 30, 300))
    first = Batches(TYPES, *data, size=8, seed=5)
    assert rows_of(first, 3) == rows_of(Batches(TYPES, *data, size=8, seed=5), 3)
    assert rows_of(first, 3) != rows_of(first, 4)
    assert rows_of(first, 3) != rows_of(Batches(TYPES, *data, size=8, seed=6), 3)


def test_bucketing_buckets():
    values, offsets = ragged(np.random.default_rng(1).integers(1, 100, 2000))
    batches = list(Batches(TYPES, values, offsets, size=16, seed=0))
    padded = sum(batch.codes.numel() for batch in batches)
    assert padded < 1.1 * len(values)  # unsorted rows would need 1.9 times the tokens
    firsts = [batch.codes.shape[1] for batch in batches]
    assert firsts != sorted(firsts)


def test_the_number_of_batches_is_known():
    values, offsets = ragged([3] * 10)
    assert len(Batches(TYPES, values, offsets, size=4, seed=1)) == 3
    assert len(Batches(TYPES, values, offsets, tokens=9, seed=1)) == 4


def test_long_rows_are_cut():
    batch = next(iter(Batches(TYPES, *ragged([9, 2]), max_length=4)))
    assert batch.codes.shape == (2, 4)
    assert batch.lengths.tolist() == [4, 2]


def test_labels_follow_their_rows():
    labels = np.arange(20) % 3
    for batch in Batches(TYPES, *ragged(range(20)), targets=labels, size=4, seed=2):
        assert batch.targets.tolist() == labels[batch.rows].tolist()


def test_integers_are_int64_for_torch():
    for targets in (np.zeros(2, np.int32), np.zeros(1, np.int8), np.zeros((1, 3), bool)):
        bounds = np.array([0, 1, 2], np.int32)
        batch = next(iter(Batches(TYPES, *ragged([2]), targets=targets, per_token=len(targets) == 2, sentences=bounds)))
        assert {field.dtype for field in batch[1:-1]} == {torch.int64}
        assert batch.states is None
        assert batch.to("cpu").codes.equal(batch.codes)


@pytest.mark.parametrize(
    ("values", "offsets", "more"),
    [
        ([0], [0, 2], {}),
        ([0, 1], [0, 2, 1, 2], {}),
        ([50], [0, 1], {}),
        ([-1], [0, 1], {}),
        ([], [], {}),
        ([0, 1, 2], [0, 3], {"targets": np.zeros(2)}),
        ([0, 1, 2], [0, 3], {"targets": np.zeros(2), "per_token": True}),
        ([0, 1, 2], [0, 3], {"targets": np.zeros(1), "per_token": True}),
    ],
)
def test_arrays_that_disagree_are_refused(values, offsets, more):
    with pytest.raises(InputError):
        Batches(TYPES, np.array(values, np.int32), np.array(offsets, np.int64), **more)


def test_targets_of_tokens_that_are_not_called_so_name_the_remedy():
    with pytest.raises(InputError, match="per_token=True"):
        Batches(TYPES, *ragged([3, 2]), targets=np.zeros(5))


def test_targets_of_as_many_rows_as_tokens_are_what_they_are_called():
    data, targets = ragged([2, 0]), np.array([7, 8])
    rows = next(iter(Batches(TYPES, *data, targets=targets)))
    tokens = next(iter(Batches(TYPES, *data, targets=targets, per_token=True)))
    assert rows.targets.tolist() == [7, 8]
    assert tokens.targets.tolist() == [[7, 8], [0, 0]]


def test_several_labels_a_row_follow_their_rows():
    labels = np.random.default_rng(0).integers(0, 2, (20, 3))
    for batch in Batches(TYPES, *ragged(range(20)), targets=labels, size=4, seed=2):
        assert batch.targets.tolist() == labels[batch.rows].tolist()


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(1, 4), max_size=4), min_size=1, max_size=8), st.none() | st.integers(1, 5))
def test_each_row_knows_where_its_sentences_begin(rows, max_length):
    """`rows` are the lengths of each row's sentences."""
    codes, offsets = ragged([sum(row) for row in rows])
    sentences = np.cumsum([0, *(length for row in rows for length in row)])
    batches = Batches(TYPES, codes, offsets, sentences=sentences, size=3, seed=0, max_length=max_length)
    for batch in batches:
        assert batch.sentences.shape == batch.codes.shape
        for begins, row, length in zip(batch.sentences, batch.rows.tolist(), batch.lengths.tolist(), strict=True):
            expected = np.cumsum([0, *rows[row]])[:-1]
            assert begins.nonzero().flatten().tolist() == [step for step in expected if step < length]
    assert next(iter(Batches(TYPES, codes, offsets))).sentences is None


@pytest.mark.parametrize("sentences", [[0, 2], [1, 3], [0, 2, 1, 3], [], [0, 4]])
def test_sentences_that_do_not_fit_the_tokens(sentences):
    with pytest.raises(InputError, match="sentences must rise from 0 to the number of tokens, 3"):
        Batches(TYPES, *ragged([3]), sentences=np.array(sentences, np.int64))


@pytest.mark.parametrize("name", ["size", "tokens", "max_length"])
@pytest.mark.parametrize("wrong", [0, -1])
def test_sizes_below_one_are_refused(name, wrong):
    with pytest.raises(ConfigError, match=f"{name} must be at least 1, not {wrong}"):
        Batches(TYPES, *ragged([1]), **{name: wrong})


def test_another_device_takes_all_of_a_batch_there():
    more = {"sentences": np.array([0, 5]), "states": np.ones((5, 2), np.float32)}
    batches = Batches(TYPES, *ragged([3, 2]), targets=np.zeros(2), shared_words=True, **more)
    (moved,) = batches.to("meta")
    assert {field.device.type for field in (*moved.features, *moved[1:])} == {"meta"}
    assert next(iter(batches)).codes.device.type == "cpu"
