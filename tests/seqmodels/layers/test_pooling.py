import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.layers.pooling import POOLINGS, AttentionPooling
from textprep.errors import ConfigError


def pool_one(name, pooling, row):
    """One row without padding, (time, size), by the definition."""
    if len(row) == 0:
        return torch.zeros(row.shape[1])
    if name == "last":
        half = row.shape[1] // 2
        return torch.cat([row[-1, :half], row[0, half:]])
    if name == "mean":
        return sum(row) / len(row)
    if name == "max":
        return torch.stack([column.max() for column in row.T])
    weights = torch.tensor([float(pooling.query(torch.tanh(pooling.project(step)))) for step in row]).exp()
    return sum(weight * step for weight, step in zip(weights / weights.sum(), row, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(POOLINGS)), st.lists(st.integers(0, 5), min_size=1, max_size=5), st.integers(0, 99))
def test_pools_the_tokens_and_nothing_else(name, lengths, seed):
    torch.manual_seed(seed)
    pooling = POOLINGS[name](4)
    x = torch.randn(len(lengths), 6, 4)
    mask = torch.arange(6) < torch.tensor(lengths)[:, None]
    with torch.no_grad():
        pooled = pooling(x.masked_fill(~mask.unsqueeze(-1), 1e6), mask)
        for row, length in enumerate(lengths):
            torch.testing.assert_close(pooled[row], pool_one(name, pooling, x[row, :length]))


@pytest.mark.parametrize("name", list(POOLINGS))
def test_empty_rows_give_zeros_and_finite_gradients(name):
    x = torch.randn(2, 3, 4, requires_grad=True)
    pooled = POOLINGS[name](4)(x, torch.tensor([[True] * 3, [False] * 3]))
    pooled.sum().backward()
    assert pooled[1].tolist() == [0.0] * 4
    assert x.grad.isfinite().all()
    assert x.grad[1].abs().sum() == 0
    no_steps = POOLINGS[name](4)(torch.zeros(2, 0, 4), torch.zeros(2, 0, dtype=bool))
    assert no_steps.tolist() == [[0.0] * 4] * 2


def test_last_of_one_direction_is_the_last_token():
    x = torch.arange(12.0).view(1, 4, 3)
    mask = torch.tensor([[True, True, True, False]])
    assert POOLINGS["last"](3, bidirectional=False)(x, mask).tolist() == [[6, 7, 8]]


def test_attention_weights_sum_to_one():
    mask = torch.tensor([[True, True, False], [False] * 3])
    weights = AttentionPooling(4).weights(torch.randn(2, 3, 4), mask)
    torch.testing.assert_close(weights.sum(1), torch.tensor([1.0, 0.0]))
    assert weights[0, 2] == 0


def test_unknown_pooling():
    assert list(POOLINGS) == ["attention", "last", "max", "mean"]
    with pytest.raises(ConfigError, match="mean"):
        POOLINGS["meen"]
