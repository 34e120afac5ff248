import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.batches.id_batches import IdBatches
from seqmodels.batches.masked_batches import IGNORED, MaskedBatches
from textprep.errors import ConfigError
from textprep.ids import Ids

WORDS, MASK, SPECIAL = 40, 4, {1, 2, 3}  # 0 is padding


def corpus(lengths, seed=0, **more):
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    values = np.random.default_rng(seed).integers(1, WORDS, offsets[-1]).astype(np.int32)
    return IdBatches(Ids(values, offsets), size=8, seed=0, **more)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=20), st.sampled_from([0.01, 0.15, 0.5, 1.0]), st.integers(0, 9))
def test_targets_are_what_was_hidden_and_special_ids_are_left_alone(lengths, share, seed):
    plain = corpus(lengths, seed)
    masked = MaskedBatches(plain, words=WORDS, mask_id=MASK, special=SPECIAL, share=share, seed=seed)
    for before, after in zip(plain.epoch(1), masked.epoch(1), strict=True):
        chosen = after.targets != IGNORED
        special = torch.isin(before.ids, torch.tensor([0, MASK, *SPECIAL]))
        assert after.targets[chosen].equal(before.ids[chosen])
        assert after.ids[~chosen].equal(before.ids[~chosen])
        assert not (chosen & special).any()
        changed = (after.ids != before.ids) & (after.ids != MASK)
        assert not torch.isin(after.ids[changed], torch.tensor([0, *SPECIAL])).any()
        for row in range(len(before.lengths)):
            candidates = int((~special[row]).sum())
            wanted = max(1, round(share * candidates)) if candidates else 0
            assert chosen[row].sum() == wanted


def test_eight_in_ten_are_masked_one_replaced_and_one_left():
    masked = MaskedBatches(corpus([200] * 400), words=WORDS, mask_id=MASK, special=SPECIAL)
    counts = np.zeros(3)
    tokens = 0
    for batch in masked:
        chosen = batch.targets != IGNORED
        tokens += int((batch.targets.new_tensor(batch.ids.shape)).prod())
        hidden, left = chosen & (batch.ids == MASK), chosen & (batch.ids == batch.targets)
        counts += [int(hidden.sum()), int(left.sum()), int((chosen & ~hidden & ~left).sum())]
    assert 0.13 < counts.sum() / tokens < 0.15  # 15 % of the 35 in 39 that are not special
    np.testing.assert_allclose(counts / counts.sum(), [0.8, 0.1 + 0.1 / 35, 0.1 * 34 / 35], atol=0.01)


def test_the_choice_depends_on_epoch_and_seed_only():
    def hidden(epoch, seed):
        masked = MaskedBatches(corpus([9] * 30), words=WORDS, mask_id=MASK, seed=seed)
        return sorted((*batch.rows.tolist(), *batch.ids.flatten().tolist()) for batch in masked.epoch(epoch))

    assert hidden(3, 5) == hidden(3, 5)
    assert hidden(3, 5) != hidden(4, 5)
    assert hidden(3, 5) != hidden(3, 6)
    assert len(MaskedBatches(corpus([9] * 30), words=WORDS, mask_id=MASK)) == 4


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"share": 1.1}, {"words": 2}])
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ConfigError):
        MaskedBatches(corpus([3]), **{"words": WORDS, "mask_id": 1, **wrong})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=20), st.sampled_from([0.01, 0.15, 0.5, 1.0]), st.integers(0, 9))
def test_whole_words_are_hidden_whole(lengths, share, seed):
    continuing = list(range(20, WORDS))
    plain = corpus(lengths, seed)
    masked = MaskedBatches(
        plain, words=WORDS, mask_id=MASK, special=SPECIAL, share=share, seed=seed, continuing=continuing
    )
    for before, after in zip(plain.epoch(1), masked.epoch(1), strict=True):
        for row, length in enumerate(before.lengths.tolist()):
            words, candidates = [], 0
            for place, token in enumerate(before.ids[row, :length].tolist()):
                if token in SPECIAL or token == MASK:
                    words.append([])
                    continue
                if token < 20 or not words:
                    words.append([])
                words[-1].append(place)
                candidates += 1
            chosen = set((after.targets[row] != IGNORED).nonzero().flatten().tolist())
            hidden = [word for word in words if word and chosen.issuperset(word)]
            assert sorted(place for word in hidden for place in word) == sorted(chosen)
            wanted = max(1, round(share * candidates)) if candidates else 0
            longest = max(map(len, words), default=1)
            assert wanted <= len(chosen) < wanted + max(1, longest)
