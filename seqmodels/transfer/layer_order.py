"""The layers of a model from bottom to top, read off its structure.

A model has its parts in the order in which they compute: input, encoder, (decoder,) head. Each is one layer, but an
encoder or decoder is as many as are stacked in it: the k-th of its lists `layers`, or `ahead` and `back`, together are
layer k. Other lists have one or several things for each layer, or for each but the first, and these belong to it. What
else an encoder has goes with what stands before it: the projection in front of a Transformer with the first layer, the
norm behind it with the last. Encoders within an encoder are taken one after the other.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import nn

from seqmodels.layers.decoder import Decoder
from seqmodels.layers.encoder import Encoder
from textprep.errors import ConfigError

STACKS = ("layers", "ahead", "back")
LISTS = (nn.ModuleList, nn.ParameterList)


class Layer(NamedTuple):
    """A layer: a part of a model that is frozen, or trained at a rate, as a whole."""

    name: str
    parameters: list[nn.Parameter]


def layers_of(model: nn.Module) -> list[Layer]:
    """The layers of a model from bottom to top, without what takes no gradient.

    A weight that two layers share, as the word matrix and the output of a language model may, is the upper one's: it is
    trained as soon as that is.

    Raises:
        ConfigError: The model has no parts with something to train.
    """
    layers: list[Layer] = []
    for name, part in model.named_children():
        layers += (
            _stacked(name, part) if isinstance(part, Encoder | Decoder) else [Layer(name, list(part.parameters()))]
        )
    seen: set[nn.Parameter] = set()
    kept: list[Layer] = []
    for name, parameters in reversed(layers):
        own = [weight for weight in parameters if weight.requires_grad and weight not in seen]
        seen.update(own)
        kept += [Layer(name, own)] if own else []
    if missing := [name for name, weight in model.named_parameters() if weight.requires_grad and weight not in seen]:
        raise ConfigError(f"parameter {missing[0]} belongs to no part of the model; give the layers yourself")
    if not kept:
        raise ConfigError("the model has no layers to train: no part of it has a parameter that takes a gradient")
    return kept[::-1]


def _stacked(name: str, part: nn.Module) -> list[Layer]:
    levels = _levels(part)
    return [Layer(f"{name}.{k}" if len(levels) > 1 else name, level) for k, level in enumerate(levels)]


def _levels(encoder: nn.Module) -> list[list[nn.Parameter]]:
    """The parameters of an encoder or decoder, level by level."""
    parts = [part for child in encoder.children() for part in (child if isinstance(child, nn.ModuleList) else [child])]
    inner = [part for part in parts if isinstance(part, Encoder | Decoder)]
    place = _in_turn(inner) if inner else _by_index(encoder)
    levels: list[list[nn.Parameter]] = [[] for _ in range(1 + max(place.values(), default=0))]
    level = 0
    for weight in encoder.parameters():
        level = place.get(weight, level)
        levels[level].append(weight)
    return levels


def _in_turn(encoders: list[Encoder | Decoder]) -> dict[nn.Parameter, int]:
    """The level of each parameter of encoders of which each reads what the one before it gives."""
    levels = [level for encoder in encoders for level in _levels(encoder)]
    return {weight: k for k, level in enumerate(levels) for weight in level}


def _by_index(encoder: nn.Module) -> dict[nn.Parameter, int]:
    """The level of each parameter in an encoder's lists."""
    lists = {name: list(child) for name, child in encoder.named_children() if isinstance(child, LISTS)}
    depth = max((len(lists.get(name, ())) for name in STACKS), default=0)
    place: dict[nn.Parameter, int] = {}
    for parts in lists.values():
        for k, part in enumerate(parts):
            level = k * depth // len(parts) if len(parts) >= depth else depth - len(parts) + k
            weights = [part] if isinstance(part, nn.Parameter) else part.parameters()
            place.update(dict.fromkeys(weights, level))
    return place
