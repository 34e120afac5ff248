"""How large gradients are: at each time step of each layer, and at the weights of each layer.

The gradient at a step is that of the loss with respect to the layer's state after it, along all paths: where it shrinks
from step to step on its way back, nothing far back can be learned (Hochreiter, 1991; Bengio, Simard & Frasconi, 1994).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.inspect.watching import LayerStates, StateWatch, kept_gates
from textprep.errors import InputError


@dataclass(frozen=True)
class StepGradients:
    """The gradient's norm at each step of each layer, over all rows and features.

    Steps are in the order of reading: those of a layer that reads from the right begin with the last token.
    """

    layers: list[str]
    norms: NDArray[np.float64]  # (layers, time)


@dataclass(frozen=True)
class LayerGradients:
    """The gradient's norm over the weights of each layer."""

    layers: list[str]
    norms: NDArray[np.float64]  # (layers,)


def step_gradients(model: nn.Module, loss: Callable[[], torch.Tensor]) -> StepGradients:
    """The gradient of a loss at each step of the model's recurrent and Transformer layers.

    The gradients of the weights stay as they are. An LSTM has two lines: its hidden state, and its memory, of which the
    hidden state of the same step is one of the ways on.

    Args:
        model: Any model with such layers; it is read as it is, in training or in evaluation mode.
        loss: Has the model read, and gives a scalar: `lambda: model.loss(batch)`.

    Raises:
        InputError: No gradient comes back to such a layer.
    """
    watch = StateWatch(model)
    try:
        with kept_gates(model), torch.enable_grad():
            value = loss()
            tensors = [tensor for states in watch.passes for tensor in states.tensors]
            if not tensors:
                raise InputError(
                    "no gradient comes back to a recurrent or Transformer layer",
                    remedy="give a model that has one, and a loss that comes from it",
                )
            gradients = torch.autograd.grad(value, tensors, allow_unused=True, materialize_grads=True)
    finally:
        watch.close()
    return gathered(watch.passes, gradients)


def gathered(passes: Sequence[LayerStates], gradients: Sequence[torch.Tensor]) -> StepGradients:
    """The norms of gradients of one or more passes, which add up layer by layer; shorter passes count as zeros behind.

    Args:
        passes: The states.
        gradients: That of each of their tensors.
    """
    left = iter(gradients)
    squares: dict[str, NDArray[np.float64]] = {}
    for name, tensors in passes:
        found = _squares([next(left) for _ in tensors])
        known = squares.get(name, np.zeros(0))
        time = max(len(found), len(known))
        squares[name] = np.pad(known, (0, time - len(known))) + np.pad(found, (0, time - len(found)))
    longest = max((len(each) for each in squares.values()), default=0)
    rows = [np.pad(each, (0, longest - len(each))) for each in squares.values()]
    return StepGradients(list(squares), np.sqrt(np.array(rows).reshape(len(rows), longest)))


def _squares(gradients: Sequence[torch.Tensor]) -> NDArray[np.float64]:
    """The sum of squares at each step: (time,)."""
    if gradients[0].dim() == 3:  # (batch, time, size)
        steps = gradients[0].double().square().sum((0, 2))
    else:
        steps = torch.stack([each.double().square().sum() for each in gradients])
    return steps.cpu().numpy()


def layer_gradients(model: nn.Module) -> LayerGradients:
    """The norms of the gradients that a backward pass has left, of the weights of each layer that has any.

    A layer is what holds weights itself; it is named as in the model, such as `encoder.ahead.0`.
    """
    squares: dict[str, float] = {}
    for name, weight in model.named_parameters():
        if weight.grad is not None:
            layer = name.rpartition(".")[0]
            squares[layer] = squares.get(layer, 0.0) + float(weight.grad.double().square().sum())
    return LayerGradients(list(squares), np.sqrt(np.array(list(squares.values()))))
