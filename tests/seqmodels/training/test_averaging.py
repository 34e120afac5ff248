import pytest
import torch
from torch import nn

from seqmodels.training.averaging import WeightAverage


def test_average_follows_its_formula_and_gives_the_weights_back():
    model = nn.Linear(1, 1, bias=False)
    average, expected = WeightAverage(model, 0.5), model.weight.item()
    for t in range(1, 12):
        with torch.no_grad():
            model.weight.fill_(t)
        average.update()
        decay = min(0.5, (1 + t) / (10 + t))
        expected = decay * expected + (1 - decay) * t
    with average.in_place():
        assert model.weight.item() == pytest.approx(expected)
    assert model.weight.item() == 11


def test_weights_come_back_after_an_error():
    model = nn.Linear(2, 2)
    own = model.weight.detach().clone()
    average = WeightAverage(model, 0.9)
    with torch.no_grad():
        average.average[0].zero_()
    with pytest.raises(KeyError), average.in_place():
        assert model.weight.abs().sum() == 0
        raise KeyError
    assert model.weight.equal(own)


def test_frozen_weights_are_left_out():
    model = nn.Linear(2, 2)
    model.bias.requires_grad_(False)
    assert len(WeightAverage(model, 0.9).average) == 1
