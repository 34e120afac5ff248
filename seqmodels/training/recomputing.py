"""Activation checkpointing (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016): layers keep what they
took in and nothing else, and are run again when the gradient comes back. Dropout falls as it did the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint


@contextmanager
def recomputing(model: nn.Module, wanted: bool = True) -> Iterator[None]:
    """Within the block every layer of the model's stacks (`nn.ModuleList`) is run again in training.

    Args:
        model: Any model; of a stack within a stack, the outer one's layers count. A layer that changes its buffers
            changes them twice.
        wanted: Whether to do so at all.
    """
    layers = list(dict.fromkeys(_layers(model))) if wanted else []
    for layer in layers:
        layer.forward = partial(_again, layer.forward)
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward  # what the block has put before the class's own


def _layers(module: nn.Module) -> Iterator[nn.Module]:
    for child in module.children():
        if isinstance(module, nn.ModuleList):
            yield child
        else:
            yield from _layers(child)


def _again(forward: Callable[..., Any], *inputs: Any, **named: Any) -> Any:
    if not torch.is_grad_enabled():
        return forward(*inputs, **named)
    return checkpoint(forward, *inputs, use_reentrant=False, **named)
