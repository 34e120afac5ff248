"""Optimisers by name, and the groups of parameters that they move at rates of their own.

Adam is from Kingma & Ba (2015), AdamW from Loshchilov & Hutter, "Decoupled Weight Decay Regularization" (2019);
rates that differ by layer from Howard & Ruder (2018). All are fused, so that many small tensors cost one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from textprep.errors import ConfigError
from textprep.registry import Registry

OPTIMIZERS: Registry[Callable[[list[dict[str, Any]]], torch.optim.Optimizer]] = Registry(
    "optimizer", "seqmodels.training.optimizers"
)


@dataclass(frozen=True)
class ParameterGroup:
    """Parameters that are trained alike.

    Attributes:
        parameters: Which.
        rate: Factor on the learning rate of the settings and their schedule.
        weight_decay: In place of that of the settings; None takes theirs.
    """

    parameters: Iterable[nn.Parameter]
    rate: float = 1.0
    weight_decay: float | None = None


@OPTIMIZERS.register("adam")
def adam(groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """Adam, whose weight decay is added to the gradient."""
    return torch.optim.Adam(groups, fused=True)


@OPTIMIZERS.register("adamw")
def adamw(groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """Adam with weight decay decoupled from the gradient."""
    return torch.optim.AdamW(groups, fused=True)


@OPTIMIZERS.register("sgd")
def sgd(groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """Stochastic gradient descent with Nesterov momentum 0.9."""
    optimizer = torch.optim.SGD(groups, momentum=0.9, nesterov=True, fused=True)
    for group in optimizer.param_groups:
        for weight in group["params"]:  # torch's fused step fails on a weight whose first gradient comes after others'
            optimizer.state[weight]["momentum_buffer"] = torch.zeros_like(weight, requires_grad=False)
    return optimizer


def make_optimizer(
    model: nn.Module, name: str, rate: float, weight_decay: float, groups: Sequence[ParameterGroup] | None = None
) -> torch.optim.Optimizer:
    """The optimiser called `name` over the groups, each with its factor on the rate as `factor`.

    Args:
        model: Whose parameters are trained.
        name: A name in `OPTIMIZERS`.
        rate: Peak learning rate.
        weight_decay: Of groups that do not say theirs.
        groups: Every parameter that takes a gradient must stand in one of them; None makes one group of these.

    Raises:
        ConfigError: The name is not known, nothing is to be trained, or a parameter stands in no group, in two, or is
            not the model's.
    """
    if groups is None:
        groups = [ParameterGroup(weight for weight in model.parameters() if weight.requires_grad)]
    options: list[dict[str, Any]] = [
        {
            "params": list(group.parameters),
            "lr": rate * group.rate,
            "weight_decay": weight_decay if group.weight_decay is None else group.weight_decay,
            "factor": group.rate,
        }
        for group in groups
    ]
    _check_groups(model, [weight for group in options for weight in group["params"]])
    return OPTIMIZERS[name]([group for group in options if group["params"]])


def _check_groups(model: nn.Module, grouped: list[nn.Parameter]) -> None:
    if not grouped:
        raise ConfigError("the model has nothing to train: no parameter takes a gradient, or no group has one")
    names = {weight: name for name, weight in model.named_parameters()}
    seen: set[nn.Parameter] = set()
    for weight in grouped:
        if weight not in names:
            raise ConfigError(f"a parameter of shape {tuple(weight.shape)} in a group is not the model's; leave it out")
        if weight in seen:
            raise ConfigError(f"parameter {names[weight]} stands in two groups; leave it in one")
        seen.add(weight)
    for weight, name in names.items():
        if weight.requires_grad and weight not in seen:
            raise ConfigError(f"parameter {name} stands in no group; put it into one, or take its gradient away")
