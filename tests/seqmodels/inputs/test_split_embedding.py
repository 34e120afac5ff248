import numpy as np
import pytest
import torch

from seqmodels.inputs.split_embedding import SplitEmbedding
from textprep.errors import ConfigError, InputError

MATRIX = np.arange(18, dtype=np.float32).reshape(6, 3)


@pytest.mark.parametrize("trained", [0, 2, 6])
def test_every_row_comes_back_whichever_part_holds_it(trained):
    vectors = SplitEmbedding(6, 3, trained)
    vectors.fill(MATRIX)
    out = vectors(torch.tensor([5, 0, 1, 2, 2]))
    assert out.tolist() == MATRIX[[5, 0, 1, 2, 2]].tolist()
    if trained:
        out.sum().backward()
        counts = torch.tensor([1.0, 1, 2, 0, 0, 1])[:trained]
        assert vectors.trained.grad[:, 0].tolist() == counts.tolist()


def test_the_matrix_is_copied():
    matrix = MATRIX.copy()
    vectors = SplitEmbedding(6, 3, 2)
    vectors.fill(matrix)
    matrix[:] = 0
    assert vectors(torch.arange(6)).tolist() == MATRIX.tolist()


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match=r"\(6, 3\)"):
        SplitEmbedding(6, 4, 0).fill(MATRIX)
    with pytest.raises(ConfigError, match="trained_words"):
        SplitEmbedding(6, 4, 7)
