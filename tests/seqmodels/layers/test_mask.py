import torch

from seqmodels.layers.mask import causal_mask, padding_mask, token_mask


def test_tokens_stand_before_the_padding():
    assert token_mask(torch.tensor([0, 1, 3]), 3).int().tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 1]]


def test_padding_is_hidden_where_there_is_some():
    assert padding_mask(torch.tensor([3, 3]), 3) is None
    assert padding_mask(torch.tensor([], dtype=torch.int64), 3) is None
    mask = padding_mask(torch.tensor([2, 0]), 3)
    assert mask.shape == (2, 1, 1, 3)
    assert mask[:, 0, 0].int().tolist() == [[1, 1, 0], [0, 0, 0]]


def test_a_step_sees_itself_and_those_before_it():
    mask = causal_mask(torch.tensor([[0, 1], [2, 3]]), 4)
    assert mask.shape == (2, 1, 2, 4)
    assert mask[:, 0].int().tolist() == [[[1, 0, 0, 0], [1, 1, 0, 0]], [[1, 1, 1, 0], [1, 1, 1, 1]]]
