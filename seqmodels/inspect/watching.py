"""What models show only on request, asked for within a block: gates of recurrent layers, weights of attentions, and the
states of all layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import nn

from seqmodels.cells.cell import Run
from seqmodels.layers.attention import Attention
from seqmodels.layers.attention_scores import SourceAttention
from seqmodels.layers.recurrent import RecurrentEncoder
from seqmodels.layers.transformer_layer import Layer

PARTS = ("", ", memory")  # of a recurrent layer's state, in the names of what is watched

AnyAttention: TypeAlias = Attention | SourceAttention


class NamedRun(NamedTuple):
    """What the cell of one layer did in one direction."""

    name: str
    """Such as "encoder layer 1 from the right"."""
    run: Run
    backward: bool
    """Whether its steps were read from right to left."""


class LayerStates(NamedTuple):
    """The states of one layer in one pass, as they hang together in the graph."""

    name: str
    tensors: list[torch.Tensor]
    """Of a recurrent layer its hidden state after each step in the order of reading, (batch, hidden) each, and likewise
    the memory of an LSTM; of a Transformer's layer its output, (batch, time, size)."""


@contextmanager
def kept_gates(model: nn.Module) -> Iterator[None]:
    """Within the block, recurrent encoders go step by step and leave in `runs` what their cells did.

    Behind it they do as before, and their runs, which hold on to the graph, are gone.
    """
    encoders = [module for module in model.modules() if isinstance(module, RecurrentEncoder)]
    before = [encoder.keep_gates for encoder in encoders]
    for encoder in encoders:
        encoder.keep_gates = True
    try:
        yield
    finally:
        for encoder, kept in zip(encoders, before, strict=True):
            encoder.keep_gates = kept
            encoder.runs = []


@contextmanager
def kept_weights(model: nn.Module) -> Iterator[dict[str, AnyAttention]]:
    """Within the block, attentions compute their weights openly and leave them in `weights`.

    Yields:
        All attentions of the model by their dotted names, in the order in which the model holds them.
    """
    attentions = {name: module for name, module in model.named_modules() if isinstance(module, AnyAttention)}
    before = [attention.keep_weights for attention in attentions.values()]
    for attention in attentions.values():
        attention.keep_weights = True
    try:
        yield attentions
    finally:
        for attention, kept in zip(attentions.values(), before, strict=True):
            attention.keep_weights, attention.weights = kept, None


def named_runs(model: nn.Module) -> list[NamedRun]:
    """What all recurrent encoders of a model did in the last pass, see `kept_gates`, from the lowest layer up."""
    return [
        run
        for name, module in model.named_modules()
        if isinstance(module, RecurrentEncoder)
        for run in runs_of(module, name)
    ]


def runs_of(encoder: RecurrentEncoder, name: str = "") -> list[NamedRun]:
    """The runs that an encoder has left, with names that begin with its own."""
    ways = (" from the left", " from the right") if encoder.bidirectional else ("",)
    named = []
    for number, run in enumerate(encoder.runs):
        layer, way = divmod(number, len(ways))
        named.append(NamedRun(f"{name} layer {layer + 1}{ways[way]}".strip(), run, bool(way)))
    return named


class StateWatch:
    """Collects, pass by pass, the states of a model's recurrent and Transformer layers that gradients come back to.

    Whoever wants recurrent layers among them has to keep their gates, see `kept_gates`; fused kernels show no steps.

    Args:
        model: The model, watched until `close`.
        retain: Whether the states' gradients are to be left in their `grad`.
    """

    def __init__(self, model: nn.Module, *, retain: bool = False) -> None:
        self.passes: list[LayerStates] = []
        self.retain = retain
        self._handles = [
            module.register_forward_hook(partial(self._after, name))
            for name, module in model.named_modules()
            if isinstance(module, RecurrentEncoder | Layer)
        ]

    def close(self) -> None:
        """Watch no longer."""
        for handle in self._handles:
            handle.remove()

    def _after(self, name: str, module: nn.Module, taken: object, given: Any) -> None:
        """Keep what a layer, or an encoder of several, has left or given."""
        if isinstance(module, RecurrentEncoder):
            found = [
                LayerStates(f"{of}{part}", [step.state[number] for step in run.steps])
                for of, run, _ in runs_of(module, name)
                for number, part in enumerate(PARTS[: module.parts])
            ]
        else:
            found = [LayerStates(name, [given[0]])]
        for states in found:
            if states.tensors and states.tensors[-1].requires_grad:
                self.passes.append(states)
                for tensor in states.tensors if self.retain else ():
                    tensor.retain_grad()
