"""Adapters: small networks behind chosen modules of a frozen model, each module with its own (Houlsby et al.,
"Parameter-Efficient Transfer Learning for NLP", 2019).

Houlsby's placement in a Transformer is behind the attention and behind the feed-forward network of each layer, before
what they took in is added; Pfeiffer's (Pfeiffer et al., "AdapterFusion", 2021) behind the latter only:

    behind = ["encoder.layers.*.attention.attended", "encoder.layers.*.inner.outer"]
    add_adapters(model, behind, train=["head.**", "**_norm.*"])
    add_adapters(model, behind[1:], train=["head.**"])

An adapter is a further part of the module that it stands behind, called `adapter`; all other names stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.layers.decoder import Decoder
from seqmodels.layers.encoder import Encoder
from seqmodels.transfer.named_parts import names_like, train_only
from textprep.errors import ConfigError


class Adapter(nn.Module):
    """x + U gelu(D x + d) + u; U and u are zero at first, so that nothing changes.

    Args:
        size: Features of what it takes in and gives.
        inner_size: Those between D and U, fewer.
    """

    def __init__(self, size: int, inner_size: int) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(size, inner_size), nn.Linear(inner_size, size)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From `x` (..., size) to (..., size)."""
        added: torch.Tensor = self.up(F.gelu(self.down(x)))
        return x + added


def add_adapters(
    model: nn.Module, modules: Sequence[str], *, inner_size: int = 64, train: Sequence[str] = ()
) -> list[str]:
    """Freeze a model and put an adapter behind each of some modules; its outputs stay what they are.

    Args:
        model: Is changed in place.
        modules: Which, as patterns of names (see `named_parts`): linear layers, layer norms, inputs.
        inner_size: Features between an adapter's two matrices.
        train: Parameters that are trained beside them, as patterns; Houlsby et al. train the layer norms.

    Returns:
        The names of the modules.

    Raises:
        ConfigError: A pattern means none; a module has an adapter already, or does not give one vector for each that
            it takes in, as recurrent layers and whole encoders do not, which give a state too.
    """
    named = dict(model.named_modules())
    names = names_like(modules, (name for name in named if name), "module")
    sizes = [_features(name, named[name]) for name in names]
    train_only(model, train)
    for name, size in zip(names, sizes, strict=True):
        weight = next(named[name].parameters())
        named[name].add_module("adapter", Adapter(size, inner_size).to(weight.device, weight.dtype))
        named[name].register_forward_hook(_through_adapter)
    return names


def _through_adapter(module: nn.Module, args: Any, output: torch.Tensor) -> torch.Tensor:
    """A forward hook; it asks the module for its adapter, so that each runs its own, also in a copy of the model."""
    adapted: torch.Tensor = module.get_submodule("adapter")(output)
    return adapted


def _features(name: str, module: nn.Module) -> int:
    """How many features a module gives."""
    if hasattr(module, "adapter"):
        raise ConfigError(f"{name} has an adapter already; leave it out")
    if isinstance(module, nn.Linear):
        return module.out_features
    if isinstance(module, nn.LayerNorm | nn.RMSNorm):
        return module.normalized_shape[-1]
    if not isinstance(size := getattr(module, "output_size", None), int) or isinstance(module, Encoder | Decoder):
        raise ConfigError(
            f"no adapter can stand behind {name}, a {type(module).__name__}; choose linear layers, layer norms or "
            "the input"
        )
    return size
