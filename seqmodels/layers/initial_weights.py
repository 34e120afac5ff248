"""The weights that a Transformer's training starts from: Xavier's (Glorot & Bengio, 2010), or GPT-2's (Radford et al.,
2019).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from seqmodels.layers.attention import Attention
from seqmodels.layers.feed_forward import FeedForward
from textprep.registry import Registry

INITIAL_WEIGHTS: Registry[Callable[[torch.Tensor], torch.Tensor]] = Registry("initial weights", __name__)
INITIAL_WEIGHTS.register("xavier_uniform")(nn.init.xavier_uniform_)
INITIAL_WEIGHTS.register("xavier_normal")(nn.init.xavier_normal_)


@INITIAL_WEIGHTS.register("small")
def fill_small(weight: torch.Tensor) -> torch.Tensor:
    """Normal numbers with a deviation of 0.02."""
    return nn.init.normal_(weight, std=0.02)


def fill_weights(stack: nn.Module, name: str) -> None:
    """Fill the matrices of a stack of layers anew, and their biases with zeros.

    `small` divides those whose outputs are added to what a layer took in by the root of their number, so that the sum
    is as large in a deep stack as in a low one.

    Args:
        stack: An encoder or decoder.
        name: A name in `INITIAL_WEIGHTS`.
    """
    for matrix in stack.modules():
        if isinstance(matrix, nn.Linear):
            INITIAL_WEIGHTS[name](matrix.weight)
            if matrix.bias is not None:
                nn.init.zeros_(matrix.bias)
    if name == "small":
        added = [part.attended for part in stack.modules() if isinstance(part, Attention)]
        added += [part.outer for part in stack.modules() if isinstance(part, FeedForward)]
        with torch.no_grad():
            for matrix in added:
                matrix.weight /= len(added) ** 0.5
