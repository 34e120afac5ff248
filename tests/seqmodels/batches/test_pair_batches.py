import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from seqmodels.batches.pair_batches import PairBatches
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids


def ids_of(rows):
    offsets = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    return Ids(np.array([i for row in rows for i in row], np.int32), offsets)


ROW = st.lists(st.integers(2, 99), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ROW, ROW), max_size=25), st.none() | st.integers(1, 20), st.none() | st.integers(0, 2))
def test_sides_stay_together(pairs, tokens, seed):
    sides = [ids_of(side) for side in zip(*pairs, strict=True)] or [ids_of([])] * 2
    batches = PairBatches(*sides, targets=np.arange(len(pairs)) * 2, size=4, tokens=tokens, seed=seed, max_length=5)
    assert batches.token_count == sum(min(len(side), 5) for pair in pairs for side in pair)
    found = {}
    for batch in batches:
        assert batch.first.rows.equal(batch.second.rows)
        assert batch.targets.equal(batch.first.rows * 2)
        if tokens is not None and len(batch.targets) > 1:
            assert max(batch.first.ids.numel(), batch.second.ids.numel()) <= tokens
        for i, row in enumerate(batch.first.rows.tolist()):
            found[row] = tuple(side.ids[i, : side.lengths[i]].tolist() for side in batch[:2])
    assert found == {number: (first[:5], second[:5]) for number, (first, second) in enumerate(pairs)}


def test_pairs_of_similar_length_go_together():
    rng = np.random.default_rng(0)
    sides = [ids_of([[2] * n for n in rng.integers(1, 60, 600)]) for _ in range(2)]
    longer = sum(max(batch.first.ids.shape[1], batch.second.ids.shape[1]) for batch in PairBatches(*sides, seed=0))
    assert longer < 0.8 * 60 * 600 / 32  # rows at random would make nearly every batch 60 wide


def test_what_is_no_pair_is_refused():
    with pytest.raises(InputError, match="2 rows on one side and 1 on the other"):
        PairBatches(ids_of([[2], [3]]), ids_of([[2]]))
    with pytest.raises(ConfigError, match="max_length"):
        PairBatches(ids_of([[2]]), ids_of([[2]]), max_length=0)


def test_another_device_takes_both_sides_there():
    batch = next(iter(PairBatches(ids_of([[2]]), ids_of([[3, 4]])))).to("meta")
    assert batch.first.ids.device.type == batch.second.lengths.device.type == "meta"
    assert batch.targets is None
