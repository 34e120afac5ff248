from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from seqmodels.training.optimizers import OPTIMIZERS, ParameterGroup, make_optimizer
from seqmodels.training.settings import TrainingSettings
from textprep.errors import ConfigError


def settings(name):
    return TrainingSettings(optimizer=name, learning_rate=0.1)


def model():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].bias.requires_grad_(False)
    return net


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_goes_downhill(name):
    net, x = model(), torch.randn(5, 2)
    optimizer = make_optimizer(net, replace(settings(name), learning_rate=0.5 if "sgd" in name else 0.1))
    losses = []
    for _ in range(9):
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
    assert net[1].bias.equal(model()[1].bias)


def written_out(name, weight, gradients, rate, decay, momentum, square_decay):
    """What becomes of a weight, as the papers have it, in double precision."""
    mean, square = np.zeros_like(weight), np.zeros_like(weight)
    for step, gradient in enumerate(gradients, 1):
        if name == "adamw":
            weight = weight - rate * decay * weight
            slope = gradient
        else:
            slope = gradient + decay * weight
        if name in ("sgd", "ntasgd"):
            weight = weight - rate * slope
        elif name in ("momentum", "nesterov"):
            mean = momentum * mean + slope
            weight = weight - rate * (mean if name == "momentum" else slope + momentum * mean)
        elif name == "rmsprop":
            square = 0.99 * square + 0.01 * slope**2
            weight = weight - rate * slope / (np.sqrt(square) + 1e-8)
        else:
            mean = momentum * mean + (1 - momentum) * slope
            square = square_decay * square + (1 - square_decay) * slope**2
            root = np.sqrt(square / (1 - square_decay**step)) + 1e-8
            weight = weight - rate * mean / (1 - momentum**step) / root
    return weight


@pytest.mark.parametrize("momentum, square_decay", [(0.9, 0.999), (0.8, 0.95), (0.0, 0.9)])
@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_is_the_one_written_out(name, momentum, square_decay):
    numbers = np.random.default_rng(0)
    first, gradients = numbers.normal(size=3), numbers.normal(size=(6, 3))
    weights = nn.ParameterList([nn.Parameter(torch.tensor(first))])
    told = TrainingSettings(
        optimizer=name, learning_rate=0.05, weight_decay=0.1, momentum=momentum, square_decay=square_decay
    )
    optimizer = make_optimizer(weights, told)
    for gradient in gradients:
        weights[0].grad = torch.tensor(gradient)
        optimizer.step()
    wanted = written_out(name, first, gradients, 0.05, 0.1, momentum, square_decay)
    np.testing.assert_allclose(weights[0].detach().numpy(), wanted, rtol=1e-9)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_weight_whose_first_gradient_comes_late_is_trained_as_from_its_first(name):
    late, early = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    both = nn.ParameterList([late, early])
    optimizer = make_optimizer(both, settings(name))
    for step in range(4):
        optimizer.zero_grad()
        (early.sum() + (late.sum() if step > 1 else 0)).backward()
        optimizer.step()
    alone = nn.ParameterList([nn.Parameter(torch.ones(2))])
    optimizer = make_optimizer(alone, settings(name))
    for _ in range(2):
        optimizer.zero_grad()
        alone[0].sum().backward()
        optimizer.step()
    assert late.equal(alone[0])


def test_groups_take_what_they_do_not_say_from_the_settings():
    net = model()
    groups = [ParameterGroup(net[0].parameters(), 0.5, 0.0), ParameterGroup(net[1].parameters()), ParameterGroup([])]
    options = make_optimizer(net, replace(settings("adam"), learning_rate=0.01, weight_decay=0.2), groups).param_groups
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
            make_optimizer(net, settings("adam"), [ParameterGroup(group) for group in groups])
    with pytest.raises(ConfigError, match="nothing to train"):
        make_optimizer(net.requires_grad_(False), settings("adam"))
    with pytest.raises(ConfigError, match="did you mean 'adam'"):
        make_optimizer(model(), settings("adan"))
