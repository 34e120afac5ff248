"""Model soups: one model with the mean of the weights of several, at the cost of one of them (Wortsman et al., "Model
soups: averaging weights of multiple fine-tuned models", 2022).

It is for models that were fine-tuned from the same weights. Those trained each from a random beginning have found the
same features in different places, and their mean is none of them: take an ensemble of these.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import nn

from seqmodels.transfer.agreement import check_agreement
from textprep.errors import ConfigError

Model = TypeVar("Model", bound=nn.Module)


def soup(models: Sequence[Model], vocabularies: Sequence[Sequence[str]] | None = None) -> Model:
    """A copy of the first model with the mean of all models' weights.

    Args:
        models: Built alike.
        vocabularies: The words of each, see `check_agreement`.

    Raises:
        ConfigError: The models do not agree, see `check_agreement`; a weight has another shape in one of them; or they
            differ in a buffer of whole numbers, which have no mean.
    """
    check_agreement(models, vocabularies)
    states = [model.state_dict() for model in models]
    for number, state in enumerate(states[1:], 2):
        for name in sorted(states[0].keys() | state.keys()):
            _check_alike(name, states[0].get(name), state.get(name), number)
    mean = {
        name: torch.stack([state[name].double() for state in states]).mean(0).to(value.dtype)
        for name, value in states[0].items()
        if value.is_floating_point()
    }
    mixed = copy.deepcopy(models[0])
    mixed.load_state_dict(mean, strict=False)
    return mixed


def _check_alike(name: str, first: torch.Tensor | None, other: torch.Tensor | None, number: int) -> None:
    shapes = [None if value is None else tuple(value.shape) for value in (first, other)]
    if first is None or other is None or shapes[0] != shapes[1]:
        here, there = ("nowhere" if shape is None else shape for shape in shapes)
        raise ConfigError(f"{name} has shape {there} in model {number} and {here} in model 1; mix models built alike")
    if not first.is_floating_point() and not first.equal(other):
        raise ConfigError(f"{name} of model {number} is not that of model 1, and whole numbers have no mean")
