import pytest
import torch
from torch import nn

from seqmodels.training.optimizers import OPTIMIZERS, ParameterGroup, make_optimizer
from textprep.errors import ConfigError


def model():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].bias.requires_grad_(False)
    return net


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_goes_downhill(name):
    net, x = model(), torch.randn(5, 2)
    optimizer = make_optimizer(net, name, 0.1, 0.0)
    losses = []
    for _ in range(9):
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
    assert net[1].bias.equal(model()[1].bias)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_weight_whose_first_gradient_comes_late_is_trained_as_from_its_first(name):
    late, early = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    both = nn.ParameterList([late, early])
    optimizer = make_optimizer(both, name, 0.1, 0.0)
    for step in range(4):
        optimizer.zero_grad()
        (early.sum() + (late.sum() if step > 1 else 0)).backward()
        optimizer.step()
    alone = nn.ParameterList([nn.Parameter(torch.ones(2))])
    optimizer = make_optimizer(alone, name, 0.1, 0.0)
    for _ in range(2):
        optimizer.zero_grad()
        alone[0].sum().backward()
        optimizer.step()
    assert late.equal(alone[0])


def test_groups_take_what_they_do_not_say_from_the_settings():
    net = model()
    groups = [ParameterGroup(net[0].parameters(), 0.5, 0.0), ParameterGroup(net[1].parameters()), ParameterGroup([])]
    options = make_optimizer(net, "adam", 0.01, 0.2, groups).param_groups
    assert [len(group["params"]) for group in options] == [2, 2]
    assert [(group["lr"], group["weight_decay"], group["factor"]) for group in options] == [
        (0.005, 0.0, 0.5),
        (0.01, 0.2, 1.0),
    ]


def test_groups_that_do_not_fit_the_model():
    net = model()
    weights = [net[0].weight, net[0].bias, net[1].weight]
    for groups, message in (
        ([weights[:2]], "1.weight stands in no group"),
        ([weights, weights[:1]], "0.weight stands in two groups"),
        ([[*weights, nn.Parameter(torch.ones(3))]], r"shape \(3,\) in a group is not the model's"),
        ([], "nothing to train"),
    ):
        with pytest.raises(ConfigError, match=message):
            make_optimizer(net, "adam", 0.1, 0.0, [ParameterGroup(group) for group in groups])
    with pytest.raises(ConfigError, match="nothing to train"):
        make_optimizer(net.requires_grad_(False), "adam", 0.1, 0.0)
    with pytest.raises(ConfigError, match="did you mean 'adam'"):
        make_optimizer(model(), "adan", 0.1, 0.0)
