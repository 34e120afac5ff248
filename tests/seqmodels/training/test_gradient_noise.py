import pytest
import torch
from torch import nn

from seqmodels.training.gradient_noise import add_noise


def noise(step, seed=0, eta=0.3, size=40_000):
    weights = [nn.Parameter(torch.zeros(size)), nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(size))]
    weights[0].grad, weights[2].grad = torch.ones(size), torch.ones(size)
    add_noise(weights, eta, step, seed)
    assert weights[1].grad is None
    return torch.stack([weights[0].grad, weights[2].grad]) - 1


@pytest.mark.parametrize("step", [0, 9, 999])
def test_its_variance_falls_with_the_steps(step):
    drawn = noise(step)
    variance = 0.3 / (1 + step) ** 0.55
    assert drawn.var().item() == pytest.approx(variance, rel=0.03)
    assert drawn.mean().item() == pytest.approx(0, abs=5 * (variance / 80_000) ** 0.5)
    within = (drawn.abs() < variance**0.5).float().mean().item()
    assert within == pytest.approx(0.6827, abs=0.01)  # of a normal distribution


def test_it_follows_from_seed_and_step_and_draws_from_nobody_elses_numbers():
    before = torch.get_rng_state()
    first = noise(3, seed=2**31 - 1)
    assert torch.get_rng_state().equal(before)
    assert noise(3, seed=2**31 - 1).equal(first)
    assert not noise(4, seed=2**31 - 1).equal(first)
    assert not noise(3).equal(first)
    assert not first[0].equal(first[1])


def test_none_is_none():
    assert not noise(0, eta=0.0).any()
