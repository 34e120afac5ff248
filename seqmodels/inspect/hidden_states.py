"""What each layer says of each token: the outputs of recurrent and Transformer layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.inspect.token_labels import check_steps
from seqmodels.inspect.watching import kept_gates, named_runs
from seqmodels.layers.transformer_layer import Layer


@dataclass(frozen=True)
class HiddenStates:
    """The output of one layer (and direction) for the tokens of one row."""

    layer: str
    tokens: list[str]
    states: NDArray[np.float32]  # (tokens, units)


def hidden_states(
    model: nn.Module, read: Callable[[], Any], tokens: Sequence[str], *, row: int = 0
) -> list[HiddenStates]:
    """The outputs of all recurrent layers of a model, and then of its Transformer layers, while it reads.

    Args:
        model: The model.
        read: Has it read a batch: `lambda: model(batch)`.
        tokens: Those of the row.
        row: Which row of the batch.

    Raises:
        InputError: The row has not as many tokens.
    """
    outputs: dict[str, torch.Tensor] = {}

    def keep(name: str, module: nn.Module, taken: object, given: tuple[torch.Tensor, ...]) -> None:
        outputs[name] = given[0]

    layers = [(name, module) for name, module in model.named_modules() if isinstance(module, Layer)]
    handles = [module.register_forward_hook(partial(keep, name)) for name, module in layers]
    try:
        with kept_gates(model), torch.no_grad():
            read()
            outputs = {name: run.output for name, run, _ in named_runs(model)} | outputs
    finally:
        for handle in handles:
            handle.remove()
    for name, output in outputs.items():
        check_steps(output, row, len(tokens), name)
    return [
        HiddenStates(name, list(tokens), output[row, : len(tokens)].float().cpu().numpy())
        for name, output in outputs.items()
    ]
