import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.batches.id_batches import IdBatches
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids


def ids_of(rows):
    offsets = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    return Ids(np.array([i for row in rows for i in row], np.int32), offsets)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(2, 99), max_size=7), max_size=30),
    st.integers(1, 5),
    st.none() | st.integers(1, 8),
    st.none() | st.integers(0, 2),
)
def test_every_row_comes_once_padded(rows, size, longest, seed):
    ids = ids_of(rows)
    batches = IdBatches(
        ids, targets=ids.values * 3, per_token=True, size=size, max_length=longest, seed=seed, padding=7
    )
    found = {}
    for batch in batches:
        assert batch.mask.sum(1).equal(batch.lengths)
        assert (batch.ids[~batch.mask] == 7).all()
        assert (batch.targets[~batch.mask] == 0).all()
        for i, row in enumerate(batch.rows.tolist()):
            assert batch.targets[i][batch.mask[i]].equal(batch.ids[i][batch.mask[i]] * 3)
            found[row] = batch.ids[i][batch.mask[i]].tolist()
    assert found == {number: row[:longest] for number, row in enumerate(rows)}


def test_targets_of_rows_follow_them():
    labels = np.arange(12).reshape(6, 2)
    for batch in IdBatches(ids_of([[2] * k for k in range(6)]), targets=labels, size=2, seed=1):
        assert batch.targets.tolist() == labels[batch.rows].tolist()
        assert {field.dtype for field in batch} == {torch.int64}
        assert batch.to("meta").targets.device.type == "meta"


@pytest.mark.parametrize("name", ["size", "tokens", "max_length"])
def test_sizes_below_one_are_refused(name):
    with pytest.raises(ConfigError, match=name):
        IdBatches(ids_of([[2]]), **{name: 0})


def test_what_disagrees_is_refused():
    with pytest.raises(InputError, match="offsets"):
        IdBatches(Ids(np.array([1, 2], np.int32), np.array([0, 1])))
    with pytest.raises(InputError, match="3 targets were given for 1 rows"):
        IdBatches(ids_of([[2, 3]]), targets=np.zeros(3))
