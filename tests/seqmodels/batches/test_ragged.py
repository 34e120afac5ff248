import numpy as np
import pytest

from seqmodels.batches.ragged import check_offsets, places, row_lengths
from textprep.errors import InputError

VALUES, OFFSETS = np.array([5, 6, 7, 8, 9]), np.array([0, 2, 2, 5])


def test_rows_are_padded_and_their_places_lead_back():
    where = places(OFFSETS, np.array([2, 1, 0]), np.array([3, 0, 2]))
    assert where.padded(VALUES, padding=-1).tolist() == [[7, 8, 9], [-1, -1, -1], [5, 6, -1]]
    again = np.zeros(5, np.int64)
    again[where.positions] = where.padded(VALUES)[where.mask]
    assert again.tolist() == VALUES.tolist()


def test_rows_may_be_cut_and_may_be_none():
    assert row_lengths(OFFSETS, None).tolist() == [2, 0, 3]
    assert row_lengths(OFFSETS, 2).tolist() == [2, 0, 2]
    assert places(OFFSETS, np.array([2]), np.array([2])).padded(VALUES).tolist() == [[7, 8]]
    nothing = np.zeros(0, np.int64)
    assert places(OFFSETS, nothing, nothing).padded(VALUES).shape == (0, 0)


@pytest.mark.parametrize("wrong", [[], [1, 5], [0, 4], [0, 3, 2, 5]])
def test_offsets_that_do_not_cut_the_tokens_are_refused(wrong):
    with pytest.raises(InputError, match="rise from 0 to the number of tokens, 5"):
        check_offsets(np.array(wrong, np.int64), 5)
