"""Ways to keep a gradient short, by name; each says whether it had to.

By the global norm (Pascanu et al., 2013), which keeps the direction; by value, number for number; and by a threshold
that follows the gradients, tau_t = a tau_(t-1) + (1 - a) |g_t|.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import torch
from torch import nn

from textprep.registry import Registry

if TYPE_CHECKING:
    from seqmodels.training.settings import TrainingSettings
    from seqmodels.training.state import TrainingState

Weights: TypeAlias = Sequence[nn.Parameter]
Clipping: TypeAlias = "Callable[[Weights, float, TrainingSettings, TrainingState], bool]"
CLIPPINGS: Registry[Clipping] = Registry("clipping", "seqmodels.training.clipping")
"""Functions of the weights whose gradients are clipped, in place, of their global norm, the settings and the state."""


@CLIPPINGS.register("none")
def none(weights: Weights, norm: float, settings: TrainingSettings, state: TrainingState) -> bool:
    """As it is."""
    return False


@CLIPPINGS.register("norm")
def by_norm(weights: Weights, norm: float, settings: TrainingSettings, state: TrainingState) -> bool:
    """Not longer than `clip_norm`, unless that is 0."""
    return _shorten(weights, norm, settings.clip_norm)


@CLIPPINGS.register("value")
def by_value(weights: Weights, norm: float, settings: TrainingSettings, state: TrainingState) -> bool:
    """No number above `clip_value` or below its negative."""
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    if not any(largest > settings.clip_value for largest in torch._foreach_norm(gradients, float("inf"))):
        return False
    nn.utils.clip_grad_value_(weights, settings.clip_value)
    return True


@CLIPPINGS.register("adaptive")
def by_history(weights: Weights, norm: float, settings: TrainingSettings, state: TrainingState) -> bool:
    """Not longer than the running mean of the lengths; it begins with `clip_norm`, or with the first one if that is 0.

    This gradient's own length is part of the mean, so one that is twice as long as usual is cut to 1 + (1 - a) times.
    """
    past = settings.clip_smoothing
    before = state.clip_threshold if state.clip_threshold is not None else settings.clip_norm or norm
    state.clip_threshold = past * before + (1 - past) * norm
    return _shorten(weights, norm, state.clip_threshold)


def _shorten(weights: Weights, norm: float, limit: float) -> bool:
    if not 0 < limit < norm:
        return False
    nn.utils.clip_grads_with_norm_(weights, limit, torch.tensor(norm, dtype=weights[0].dtype, device=weights[0].device))
    return True
