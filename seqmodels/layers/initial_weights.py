"""The weights that a Transformer's training starts from: Xavier's (Glorot & Bengio, 2010), or GPT-2's (Radford et al.,
2019).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

ADDED = ("attended", "outer")  # the matrices whose outputs are added to what a layer took in

FILLERS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "small": lambda weight: nn.init.normal_(weight, std=0.02),
}


def fill_weights(stack: nn.Module, kind: str) -> None:
    """Fill the matrices of a stack of layers anew, and their biases with zeros.

    `small` divides those whose outputs are added up by the root of their number, so that the sum is as large in a deep
    stack as in a low one.

    Args:
        stack: An encoder or decoder.
        kind: A name in `FILLERS`.
    """
    matrices = {name: each for name, each in stack.named_modules() if isinstance(each, nn.Linear)}
    added = [each for name, each in matrices.items() if name.endswith(ADDED)]
    for matrix in matrices.values():
        FILLERS[kind](matrix.weight)
        if matrix.bias is not None:
            nn.init.zeros_(matrix.bias)
    if kind == "small":
        with torch.no_grad():
            for matrix in added:
                matrix.weight /= len(added) ** 0.5
