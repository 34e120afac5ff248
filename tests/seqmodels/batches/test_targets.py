import numpy as np
import pytest

from seqmodels.batches.ragged import places
from seqmodels.batches.targets import Targets
from textprep.errors import InputError

ROWS = np.array([1, 0])
PLACES = places(np.array([0, 3, 4]), ROWS, np.array([1, 3]))


def test_targets_of_tokens_are_padded_and_those_of_rows_are_not():
    tokens = Targets(np.array([4, 5, 6, 7]), per_token=True, tokens=4, rows=2)
    assert tokens.of(ROWS, PLACES).tolist() == [[7, 0, 0], [4, 5, 6]]
    assert Targets(np.array([8, 9]), per_token=False, tokens=4, rows=2).of(ROWS, PLACES).tolist() == [9, 8]
    several = Targets(np.array([[True, False], [False, True]]), per_token=False, tokens=4, rows=2)
    assert several.of(ROWS, PLACES).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("count", "per_token", "message"),
    [
        (4, False, "4 targets were given for 2 rows; say per_token=True"),
        (3, False, "3 targets were given for 2 rows; give one for each of the rows"),
        (2, True, "2 targets were given for 4 tokens; give one for each of the tokens"),
    ],
)
def test_more_or_fewer_targets_are_refused(count, per_token, message):
    with pytest.raises(InputError, match=message):
        Targets(np.zeros(count), per_token=per_token, tokens=4, rows=2)
