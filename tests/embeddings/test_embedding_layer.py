import numpy as np
import pytest
import torch

from embeddings import WordVectors, to_embedding
from textprep.errors import InputError

MATRIX = np.arange(8, dtype=np.float32).reshape(4, 2)


def test_a_frozen_layer_gives_the_rows() -> None:
    layer = to_embedding(MATRIX)
    assert layer(torch.tensor([[3, 0]])).tolist() == [[[6, 7], [0, 1]]]
    assert not layer.weight.requires_grad
    assert layer.padding_idx == 0


def test_training_moves_all_rows_but_the_padding_and_not_the_matrix() -> None:
    layer = to_embedding(MATRIX, frozen=False, padding_index=1)
    layer(torch.tensor([1, 2])).sum().backward()
    torch.optim.SGD(layer.parameters(), lr=1).step()
    assert layer.weight.tolist() == [[0, 1], [2, 3], [3, 4], [6, 7]]
    assert MATRIX[2].tolist() == [4, 5]


def test_word_vectors_as_they_are(random_vectors: WordVectors) -> None:
    for layer in (to_embedding(random_vectors, padding_index=None), random_vectors.to_embedding()):
        np.testing.assert_array_equal(layer.weight.numpy(), random_vectors.vectors)
        assert layer.padding_idx is None


def test_what_is_no_matrix() -> None:
    with pytest.raises(InputError, match=r"needs a matrix \(words, dimension\), not one of shape \(8,\)"):
        to_embedding(MATRIX.ravel())
    with pytest.raises(InputError, match="padding_index is 4, but the matrix has 4 rows"):
        to_embedding(MATRIX, padding_index=4)
