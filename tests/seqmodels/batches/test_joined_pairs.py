import numpy as np
from hypothesis import given, settings, strategies as st

from seqmodels.batches.joined_pairs import join_pairs
from seqmodels.batches.pair_batches import PairBatches
from textprep.ids import Ids

ROW = st.lists(st.integers(10, 99), max_size=5)


def ids_of(rows):
    offsets = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    return Ids(np.array([i for row in rows for i in row], np.int32), offsets)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(ROW, ROW), min_size=1, max_size=5), st.none() | st.just(2))
def test_equals_lists_put_together(pairs, begin):
    (batch,) = PairBatches(*(ids_of(side) for side in zip(*pairs, strict=True)), size=9)
    joined = join_pairs(batch, separator=3, begin=begin)
    assert joined.ids.shape[1] == joined.lengths.max()
    for i, row in enumerate(batch.first.rows.tolist()):
        first, second = pairs[row]
        ahead = [] if begin is None else [begin]
        wanted, length = [*ahead, *first, 3, *second, 3], int(joined.lengths[i])
        assert joined.ids[i, :length].tolist() == wanted
        assert joined.segments[i, :length].tolist() == [0] * (len(ahead) + len(first) + 1) + [1] * (len(second) + 1)
        assert joined.ids[i, length:].sum() == joined.segments[i, length:].sum() == 0
