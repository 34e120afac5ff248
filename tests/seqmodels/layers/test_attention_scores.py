import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.layers.attention_scores import ATTENTIONS, masked_softmax
from seqmodels.layers.mask import token_mask
from textprep.errors import ConfigError

SCORES = ["additive", "dot", "multiplicative", "scaled"]
PRODUCTS = ["dot", "multiplicative", "scaled"]


def written_out(attention, name, query, keys):
    """The scores of one query (size,) with each key, as the papers write them."""
    weights = {key: value.detach().numpy() for key, value in attention.named_parameters()}
    if name == "additive":
        W, U, b, v = (
            weights[key] for key in ("of_queries.weight", "of_keys.weight", "of_keys.bias", "together.weight")
        )
        return np.array([v[0] @ np.tanh(W @ query + U @ key + b) for key in keys])
    if name == "multiplicative":
        return np.array([query @ weights["of_keys.weight"] @ key for key in keys])
    return np.array([query @ key for key in keys]) / (np.sqrt(len(query)) if name == "scaled" else 1)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("keep", [True, False])
def test_scores_weights_and_what_is_seen_equal_the_formulas(name, keep):
    torch.manual_seed(0)
    sizes = (4, 4) if name in {"dot", "scaled"} else (4, 3)
    attention = ATTENTIONS[name](*sizes, size=5).double()
    attention.keep_weights = keep
    queries, source = torch.randn(3, 2, 4).double(), torch.randn(3, 6, sizes[1]).double()
    lengths = torch.tensor([6, 2, 0])
    keys = attention.prepared(source)
    seen = attention(queries, keys, source, token_mask(lengths, 6)).detach().numpy()
    assert (attention.weights is None) != keep
    for row, length in enumerate(lengths.tolist()):
        vectors = source[row, :length].numpy()
        for step in range(2):
            scores = written_out(attention, name, queries[row, step].numpy(), vectors)
            expected = np.exp(scores) / np.exp(scores).sum()
            np.testing.assert_allclose(seen[row, step], expected @ vectors, atol=1e-12)
            if keep:
                assert attention.weights.shape == (3, 1, 2, 6)
                kept = attention.weights[row, 0, step].numpy()
                np.testing.assert_allclose(kept, np.append(expected, np.zeros(6 - length)), atol=1e-12)


def test_document_002_scaled_dot_product():
    attention = ATTENTIONS["scaled"](2, 2, 2).double()
    queries = torch.tensor([[[5.0, 6.0], [11.4, 14.0]]]).double()  # a course's worked example
    expected = torch.tensor([[[61.0, 141.0], [141.0, 325.96]]]).double() / 2**0.5
    torch.testing.assert_close(attention.scores(queries, queries), expected)
    torch.testing.assert_close(
        expected[0], torch.tensor([[43.1335, 99.7021], [99.7021, 230.4885]]).double(), atol=1e-4, rtol=0
    )
    seen = attention(queries, queries, queries, torch.ones(1, 2).bool())
    torch.testing.assert_close(seen, torch.tensor([[[11.4, 14.0], [11.4, 14.0]]]).double())


@pytest.mark.parametrize("name", SCORES)
def test_gradients(name):
    torch.manual_seed(0)
    attention = ATTENTIONS[name](3, 3, 2).double()
    queries, source = (torch.randn(3, time, 3, dtype=torch.float64, requires_grad=True) for time in (2, 4))
    mask = token_mask(torch.tensor([4, 1, 0]), 4)

    def seen(queries, source, *_):
        return attention(queries, attention.prepared(source), source, mask)

    assert torch.autograd.gradcheck(seen, (queries, source, *attention.parameters()))


@pytest.mark.parametrize("name", SCORES)
def test_a_source_without_steps_is_seen_as_zeros_and_gives_no_gradient(name):
    attention = ATTENTIONS[name](3, 3, 2)
    queries = torch.randn(2, 4, 3, requires_grad=True)
    for time in (5, 0):
        source = torch.randn(2, time, 3)
        seen = attention(queries, attention.prepared(source), source, torch.zeros(2, time).bool())
        assert seen.shape == (2, 4, 3)
        assert not seen.any()
        seen.sum().backward()
        assert not queries.grad.any()
        assert not any(weight.grad.any() for weight in attention.parameters() if weight.grad is not None)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=5), st.integers(0, 99))
def test_masked_softmax_is_that_of_what_is_left(mask, seed):
    scores = torch.randn(len(mask), 4, generator=torch.Generator().manual_seed(seed)) * 50
    weights = masked_softmax(scores, torch.tensor(mask))
    for row, seen in enumerate(mask):
        expected = torch.zeros(4)
        expected[seen] = torch.softmax(scores[row, seen], -1)
        torch.testing.assert_close(weights[row], expected)


def test_sizes_that_cannot_be_multiplied():
    for name in ("dot", "scaled"):
        with pytest.raises(ConfigError, match="queries of 4 features with keys of 3"):
            ATTENTIONS[name](4, 3, 2)


def test_the_names():
    assert list(ATTENTIONS) == SCORES
    with pytest.raises(ConfigError, match="did you mean 'additive'"):
        ATTENTIONS["aditive"]
