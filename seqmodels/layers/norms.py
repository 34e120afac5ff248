"""Norms over the features of a step: layer norm (Ba et al., 2016) and RMS norm (Zhang & Sennrich, 2019).

Each is built from the features, what is added to the mean square, and whether there is a bias.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from textprep.registry import Registry

NORMS: Registry[Callable[[int, float, bool], nn.Module]] = Registry("norm", __name__)


@NORMS.register("layer")
def layer_norm(size: int, epsilon: float, bias: bool) -> nn.LayerNorm:
    """Takes the mean away, and divides by the root of the mean square of what is left."""
    return nn.LayerNorm(size, epsilon, bias=bias)


@NORMS.register("rms")
def rms_norm(size: int, epsilon: float, bias: bool) -> nn.RMSNorm:
    """Divides by the root of the mean square, and never has a bias."""
    return nn.RMSNorm(size, epsilon)
