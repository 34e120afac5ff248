import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.batches.masked_batches import IGNORED, MaskedBatches
from seqmodels.batches.next_sentence_batches import FOLLOWS, RANDOM, NextSentenceBatches
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids

CLS, SEP, MASK, PAD = 1, 2, 3, 0
DOCUMENTS = st.lists(st.lists(st.integers(1, 6), max_size=5), min_size=2, max_size=8).filter(
    lambda documents: sum(map(bool, documents)) > 1 and max(map(len, documents)) > 1
)


def batches(documents, **more):
    """Each token has an id of its own, so that one knows where it stood."""
    lengths = [length for pieces in documents for length in pieces]
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    ids = Ids(np.arange(4, 4 + offsets[-1], dtype=np.int32), offsets)
    begins = np.cumsum([0, *map(len, documents)])
    return NextSentenceBatches(ids, begins, begin=CLS, separator=SEP, **{"size": 3, **more}), ids


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, st.integers(0, 3), st.integers(0, 3))
def test_every_piece_is_followed_by_its_successor_or_by_one_of_another_document(documents, epoch, seed):
    corpus, ids = batches(documents, seed=seed)
    pieces = [ids[k].tolist() for k in range(len(ids))]
    document = np.repeat(np.arange(len(documents)), list(map(len, documents)))
    firsts, follows, count = [], [], 0
    for batch in corpus.epoch(epoch):
        count += 1
        for row, length in enumerate(batch.lengths.tolist()):
            found, segments = batch.ids[row].tolist(), batch.segments[row].tolist()
            middle = found.index(SEP)
            first, second = found[1:middle], found[middle + 1 : length - 1]
            assert found[:1] + found[length - 1 :] == [CLS, SEP] + [PAD] * (len(found) - length)
            assert segments == [0] * (middle + 1) + [1] * (length - middle - 1) + [0] * (len(found) - length)
            here, there = pieces.index(first), pieces.index(second)
            assert batch.rows[row] == here
            if batch.follows[row] == FOLLOWS:
                assert there == here + 1
            assert (document[here] == document[there]) == (batch.follows[row] == FOLLOWS)
            firsts.append(here)
            follows.append(int(batch.follows[row]))
    assert sorted(firsts) == list(range(len(pieces)))  # each piece once
    followed = sum(len(each) - 1 for each in documents if each)
    assert follows.count(FOLLOWS) == min(followed, len(pieces) // 2)
    assert count == len(corpus)
    assert corpus.token_count == len(ids.values)


def test_strange_pieces_are_drawn_evenly():
    corpus, ids = batches([[1] * 4, [1] * 2, [1] * 6], size=100)
    counts = np.zeros((12, 12), int)
    for epoch in range(2000):
        (batch,) = corpus.epoch(epoch)
        strange = batch.follows == RANDOM
        np.add.at(counts, (batch.ids[strange, 1] - 4, batch.ids[strange, 3] - 4), 1)
    shares = counts / counts.sum(1, keepdims=True)
    own = np.repeat([4, 2, 6], [4, 2, 6])
    expected = 1 / (12 - own)[:, None] * (own[:, None] != own[None])
    np.testing.assert_allclose(shares, expected, atol=0.04)
    assert ids.offsets[-1] == 12


def test_pairs_depend_on_epoch_and_seed_only():
    def drawn(epoch, seed):
        corpus, _ = batches([[2, 3, 1]] * 8, seed=seed)
        return [batch.ids.tolist() for batch in corpus.epoch(epoch)]

    assert drawn(3, 5) == drawn(3, 5)
    assert drawn(3, 5) != drawn(4, 5)
    assert drawn(3, 5) != drawn(3, 6)


def test_tokens_of_pairs_are_hidden_but_not_what_stands_between_them():
    corpus, _ = batches([[4, 3], [5, 2, 6]])
    masked = MaskedBatches(corpus, words=30, mask_id=MASK, special=[CLS, SEP], share=1.0)
    for plain, batch in zip(corpus, masked, strict=True):
        special = torch.isin(plain.ids, torch.tensor([PAD, CLS, SEP]))
        assert batch.ids[special].equal(plain.ids[special])
        assert (batch.targets == IGNORED).equal(special)
        assert batch.segments.equal(plain.segments) and batch.follows.equal(plain.follows)
        assert all(map(torch.equal, batch.to("cpu"), batch))


def test_what_makes_no_sense_is_refused():
    for too_few in ([[1, 1, 1]], [[1], [1], [1]], [[1, 1], []], []):
        with pytest.raises(InputError, match="less than two documents, one of them with two sentences"):
            batches(too_few)
    with pytest.raises(ConfigError, match="size must be at least 1"):
        batches([[1, 1], [1]], size=0)
