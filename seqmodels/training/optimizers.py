"""Optimisers by name, and the groups of parameters that they move at rates of their own.

Momentum is from Polyak (1964) and, looking ahead, from Nesterov (1983; in the form of Sutskever et al., 2013), RMSprop
from Hinton's lectures (2012), Adam from Kingma & Ba (2015), AdamW from Loshchilov & Hutter, "Decoupled Weight Decay
Regularization" (2019), NT-ASGD from Merity et al. (2018); rates that differ by layer from Howard & Ruder (2018). Many
small tensors cost one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import nn

from textprep.errors import ConfigError
from textprep.registry import Registry

if TYPE_CHECKING:
    from seqmodels.training.settings import TrainingSettings

Groups: TypeAlias = list[dict[str, Any]]
OPTIMIZERS: Registry[Callable[[Groups, TrainingSettings], torch.optim.Optimizer]] = Registry(
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
def adam(groups: Groups, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Adam, whose weight decay is added to the gradient."""
    return torch.optim.Adam(groups, betas=(settings.momentum, settings.square_decay), fused=True)


@OPTIMIZERS.register("adamw")
def adamw(groups: Groups, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Adam with weight decay decoupled from the gradient."""
    return torch.optim.AdamW(groups, betas=(settings.momentum, settings.square_decay), fused=True)


@OPTIMIZERS.register("rmsprop")
def rmsprop(groups: Groups, settings: TrainingSettings) -> torch.optim.Optimizer:
    """The gradient over the root of the running mean of its squares, of which 0.99 is the past."""
    return torch.optim.RMSprop(groups, foreach=True)


@OPTIMIZERS.register("sgd")
@OPTIMIZERS.register("ntasgd")
def sgd(groups: Groups, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Stochastic gradient descent as it is; that ntasgd averages is seen to in `make_average`."""
    return torch.optim.SGD(groups, fused=True)


@OPTIMIZERS.register("momentum")
def momentum(groups: Groups, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Stochastic gradient descent that goes on in its direction: v = m v + g, and a step along v."""
    return _with_buffers(torch.optim.SGD(groups, momentum=settings.momentum, fused=True))


@OPTIMIZERS.register("nesterov")
def nesterov(groups: Groups, settings: TrainingSettings) -> torch.optim.Optimizer:
    """The same with a step along m v + g, which looks one step ahead."""
    ahead = settings.momentum > 0
    return _with_buffers(torch.optim.SGD(groups, momentum=settings.momentum, nesterov=ahead, fused=True))


def make_optimizer(
    model: nn.Module, settings: TrainingSettings, groups: Sequence[ParameterGroup] | None = None
) -> torch.optim.Optimizer:
    """The optimiser of the settings over the groups, each with its factor on the rate as `factor`.

    Args:
        model: Whose parameters are trained.
        settings: With the optimiser's name in `OPTIMIZERS`, the peak of its rate, and the weight decay of groups that
            do not say theirs.
        groups: Every parameter that takes a gradient must stand in one of them; None makes one group of these.

    Raises:
        ConfigError: The name is not known, nothing is to be trained, or a parameter stands in no group, in two, or is
            not the model's.
    """
    if groups is None:
        groups = [ParameterGroup(weight for weight in model.parameters() if weight.requires_grad)]
    options: Groups = [
        {
            "params": list(group.parameters),
            "lr": settings.learning_rate * group.rate,
            "weight_decay": settings.weight_decay if group.weight_decay is None else group.weight_decay,
            "factor": group.rate,
        }
        for group in groups
    ]
    _check_groups(model, [weight for group in options for weight in group["params"]])
    return OPTIMIZERS[settings.optimizer]([group for group in options if group["params"]], settings)


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


def _with_buffers(optimizer: torch.optim.SGD) -> torch.optim.SGD:
    """Momentum from 0: torch's fused step fails on a weight whose first gradient comes after others'."""
    for group in optimizer.param_groups:
        for weight in group["params"]:
            optimizer.state[weight]["momentum_buffer"] = torch.zeros_like(weight, requires_grad=False)
    return optimizer
