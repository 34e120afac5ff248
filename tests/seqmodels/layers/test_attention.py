import math

import numpy as np
import pytest
import torch
from torch import nn

from seqmodels.layers.attention import CrossAttention, SelfAttention, attention_weights
from textprep.errors import ConfigError


def written_out(queries, keys, values, seen):
    """Attention of one head in numpy, query by query; `seen` (time, keys) says what each sees."""
    output = np.zeros((len(queries), values.shape[1]))
    for at, query in enumerate(queries):
        where = np.flatnonzero(seen[at])
        scores = np.array([query @ keys[k] / math.sqrt(len(query)) for k in where])
        weights = np.exp(scores - scores.max(initial=-np.inf))
        for k, weight in zip(where, weights / weights.sum(), strict=True):
            output[at] += weight * values[k]
    return output


def cross(heads=4, shared=2, dropout=0.0):
    torch.manual_seed(0)
    return CrossAttention(8, 6, heads, shared, dropout).double()


def some_mask():
    """Three rows of four queries and five keys, in which one query of the first and all of the last see nothing."""
    mask = torch.rand(3, 1, 4, 5, generator=torch.Generator().manual_seed(1)) < 0.6
    mask[0, 0, 2], mask[2] = False, False
    return mask


def test_a_worked_example():
    """A course's worked example, with its arithmetic put right."""
    x = torch.tensor([[1.0, 2, 3, 4], [5, 6, 7, 8]])
    w = torch.tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6], [0.7, 0.8]])
    q = x @ w
    torch.testing.assert_close(q, torch.tensor([[5.0, 6.0], [11.4, 14.0]]))
    attention = SelfAttention(4, 2)
    with torch.no_grad():
        attention.queries_keys_values.weight.copy_(w.T.repeat(6, 1))  # both heads are the document's
        attention.queries_keys_values.bias.zero_()
        attention.attended.weight.copy_(torch.eye(4))
        attention.attended.bias.zero_()
        output, keys, values = attention(x.unsqueeze(0))
    torch.testing.assert_close(output[0], torch.tensor([[11.4, 14.0, 11.4, 14.0]] * 2))
    torch.testing.assert_close(keys, values)
    torch.testing.assert_close(keys[0, 1], q)
    torch.testing.assert_close(q @ q.T / 2**0.5, torch.tensor([[43.1335, 99.7021], [99.7021, 230.4885]]))
    flat = attention_weights(q / 100, q)
    scores = torch.tensor([[0.431335, 0.997021], [0.997021, 2.304885]])
    torch.testing.assert_close(flat, scores.exp() / scores.exp().sum(1, keepdim=True))


@pytest.mark.parametrize("keep_weights", [False, True])
@pytest.mark.parametrize("shared", [1, 2, 4])
def test_equals_the_formula_written_out(shared, keep_weights):
    attention, mask = cross(4, shared), some_mask()
    attention.keep_weights = keep_weights
    x, source = torch.randn(3, 4, 8, dtype=torch.float64), torch.randn(3, 5, 6, dtype=torch.float64)
    keys, values = attention.read(source)
    assert keys.shape == values.shape == (3, shared, 5, 2)
    queries = attention.by_heads(attention.queries(x)).transpose(1, 2)
    expected = torch.zeros(3, 4, 8, dtype=torch.float64)
    for row in range(3):
        for head in range(4):
            theirs = head // (4 // shared)
            each = (queries[row, head], keys[row, theirs], values[row, theirs], mask[row, 0])
            expected[row, :, 2 * head : 2 * head + 2] = torch.tensor(written_out(*(a.detach().numpy() for a in each)))
    torch.testing.assert_close(attention(x, keys, values, mask), attention.attended(expected))


@pytest.mark.parametrize("causal", [False, True])
def test_equals_pytorch_for_a_sequence_and_itself(causal):
    torch.manual_seed(0)
    attention, x = SelfAttention(8, 2), torch.randn(3, 5, 8)
    theirs = nn.MultiheadAttention(8, 2, batch_first=True)
    theirs.in_proj_weight, theirs.in_proj_bias = (
        attention.queries_keys_values.weight,
        attention.queries_keys_values.bias,
    )
    theirs.out_proj = attention.attended
    padding = torch.arange(5) >= torch.tensor([[5], [3], [1]])
    later = torch.ones(5, 5).triu(1).bool() if causal else torch.zeros(5, 5).bool()
    attention.keep_weights = True
    expected, weights = theirs(x, x, x, key_padding_mask=padding, attn_mask=later, average_attn_weights=False)
    seen = ~(padding[:, None, None] | later)
    output, _, _ = attention(x, seen)
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(attention.weights, weights, atol=1e-5, rtol=0)
    if causal:
        torch.testing.assert_close(attention(x, causal=True)[0][0], expected[0], atol=1e-5, rtol=0)


def test_equals_pytorch_for_a_source():
    torch.manual_seed(0)
    attention, x, source = CrossAttention(8, 6, 2), torch.randn(3, 4, 8), torch.randn(3, 5, 6)
    theirs = nn.MultiheadAttention(8, 2, kdim=6, vdim=6, batch_first=True)
    theirs.q_proj_weight = attention.queries.weight
    theirs.k_proj_weight.data, theirs.v_proj_weight.data = attention.keys_values.weight.data.chunk(2)
    theirs.in_proj_bias.data = torch.cat([attention.queries.bias, attention.keys_values.bias]).detach()
    theirs.out_proj = attention.attended
    torch.testing.assert_close(attention(x, *attention.read(source)), theirs(x, source, source)[0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("added", [False, True])
def test_weights_are_those_of_the_fused_kernel(added):
    attention, mask = cross(), some_mask()
    x = torch.randn(3, 4, 8, dtype=torch.float64, requires_grad=True)
    keys, values = (each.detach().requires_grad_() for each in attention.read(torch.randn(3, 5, 6).double()))
    numbers = torch.randn(3, 4, 4, 5, dtype=torch.float64, requires_grad=True)
    needed = [x, keys, values, numbers] if added else [x, keys, values]
    results = []
    for keep in (False, True):
        attention.keep_weights = keep
        output = attention(x, keys, values, numbers.masked_fill(~mask, -torch.inf) if added else mask)
        assert (attention.weights is not None) is keep
        results.append((output, *torch.autograd.grad(output.sin().sum(), needed)))
    for fused, explicit in zip(*results, strict=True):
        torch.testing.assert_close(fused, explicit)
    weights = attention.weights
    assert weights.shape == (3, 4, 4, 5)
    assert not weights.requires_grad
    torch.testing.assert_close(weights.sum(-1), mask.any(-1).expand(3, 4, 4).double())
    seen = weights @ values.repeat_interleave(2, 1)
    torch.testing.assert_close(attention.attended(seen.transpose(1, 2).flatten(2)), results[0][0])


@pytest.mark.parametrize("keep_weights", [False, True])
@pytest.mark.parametrize("added", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_what_sees_nothing_gives_exactly_zeros_also_backwards(dtype, added, keep_weights):
    attention, mask = cross().to(dtype), some_mask()
    attention.keep_weights = keep_weights
    with torch.no_grad():
        attention.attended.bias.zero_()
    x = torch.randn(3, 4, 8, dtype=dtype, requires_grad=True)
    source = torch.randn(3, 5, 6, dtype=dtype, requires_grad=True)
    given = torch.zeros(3, 4, 4, 5).masked_fill(~mask, -torch.inf) if added else mask
    output = attention(x, *attention.read(source), given)
    (output + 1).square().sum().backward()
    for blind in (output[0, 2], output[2], x.grad[0, 2], x.grad[2], source.grad[2]):
        assert blind.abs().sum() == 0
    for each in (output, x.grad, source.grad, *(weight.grad for weight in attention.parameters())):
        assert each.isfinite().all()
    assert output[0, 1].abs().sum() > 0


@pytest.mark.parametrize("keep_weights", [False, True])
def test_no_keys_and_no_queries(keep_weights):
    attention = cross()
    attention.keep_weights = keep_weights
    for rows, time, keys in ((2, 3, 0), (2, 0, 3), (0, 2, 3)):
        x, source = torch.randn(rows, time, 8).double(), torch.randn(rows, keys, 6).double()
        output = attention(x, *attention.read(source))
        torch.testing.assert_close(output, attention.attended.bias.expand(rows, time, 8) if keys == 0 else output * 1)
        assert output.shape == (rows, time, 8)


@pytest.mark.parametrize("keep_weights", [False, True])
@pytest.mark.parametrize("shared", [1, 2])
def test_gradients(shared, keep_weights):
    attention, mask = cross(2, shared), some_mask()[:, :, :2, :3]
    attention.keep_weights = keep_weights
    x = torch.randn(3, 2, 8, dtype=torch.float64, requires_grad=True)
    source = torch.randn(3, 3, 6, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a, b: attention(a, *attention.read(b), mask), (x, source))
    own = SelfAttention(8, 2, shared).double()
    own.keep_weights = keep_weights
    assert torch.autograd.gradcheck(lambda a: own(a, causal=True)[0], x)


def test_dropout_is_for_training_and_leaves_the_kept_weights_whole():
    attention, x, source = cross(dropout=0.5), torch.randn(3, 4, 8).double(), torch.randn(3, 5, 6).double()
    keys_values = attention.read(source)
    attention.keep_weights = True
    noisy = attention(x, *keys_values)
    torch.testing.assert_close(attention.weights.sum(-1), torch.ones(3, 4, 4).double())
    exact = attention.eval()(x, *keys_values)
    assert not torch.allclose(noisy, exact)
    attention.keep_weights = False
    torch.testing.assert_close(attention(x, *keys_values), exact)
    assert not torch.allclose(attention.train()(x, *keys_values), exact)


def test_sizes_that_do_not_go_together():
    with pytest.raises(ConfigError, match="hidden_size must be a multiple of heads; 10 is none of 4"):
        SelfAttention(10, 4)
    with pytest.raises(ConfigError, match="heads must be a multiple of key_value_heads; 4 is none of 3"):
        SelfAttention(8, 4, 3)
