import pytest
import torch

from seqmodels.inputs.noise import NormalNoise, RandomTokens


def test_a_share_of_the_tokens_is_replaced_by_any():
    torch.manual_seed(0)
    tokens, ids = RandomTokens(0.3, 4), torch.zeros(100, 1000, dtype=torch.int64)
    counts = tokens(ids).flatten().bincount(minlength=4) / ids.numel()
    assert counts.tolist() == pytest.approx([0.7 + 0.3 / 4] + [0.3 / 4] * 3, abs=0.005)
    assert tokens.eval()(ids) is ids


def test_noise_has_the_deviation_that_it_is_given():
    torch.manual_seed(0)
    noise, x = NormalNoise(0.25), torch.ones(100, 1000)
    added = noise(x) - x
    assert (added.mean().item(), added.std().item()) == pytest.approx((0, 0.25), abs=0.005)
    assert noise.eval()(x) is x


def test_none_draws_no_numbers():
    before = torch.get_rng_state()
    ids = torch.ones(2, 3, dtype=torch.int64)
    assert RandomTokens(0.0, 4)(ids) is ids
    assert NormalNoise(0.0)(ids) is ids
    assert torch.get_rng_state().equal(before)
