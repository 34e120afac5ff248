"""Norms over the features of a step: layer norm (Ba et al., 2016) and RMS norm (Zhang & Sennrich, 2019).

RMS norm divides by the root of the mean square, and neither takes the mean away nor adds a bias.
"""

from __future__ import annotations

from torch import nn

from textprep.registry import Registry

NORMS: Registry[type[nn.LayerNorm] | type[nn.RMSNorm]] = Registry("norm", __name__)
NORMS.register("layer")(nn.LayerNorm)
NORMS.register("rms")(nn.RMSNorm)
