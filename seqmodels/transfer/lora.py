"""LoRA: the weights of chosen linear layers stay, and a product of two narrow matrices is trained that is added to them
(Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2022).

    add_lora(model, ["encoder.layers.*.attention.queries_keys_values"], train=["head.**"])
    fit(model, ...)
    save_weights(trained_part(model), "task.safetensors")
    layers = merge_lora(model)     # plain layers of the same names, as fast as before
    unmerge_lora(model, layers)    # and back, to the bit

The names of the model's own weights stay as they are, with LoRA and after merging.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.transfer.named_parts import names_like, train_only
from textprep.errors import ConfigError


class LoRALinear(nn.Linear):
    """The linear layer y = W x + b + alpha / rank * B A x, in which A and B are trained.

    B is zero at first, so that nothing changes; A is Gaussian. alpha / rank is saved with them.

    Args:
        linear: The layer with W and b, which are taken over, not copied.
        rank: Rows of A and columns of B.
        alpha: How much the product counts; the larger it is, the faster it learns.
        dropout: Dropout on what A takes in.
    """

    lora_scale: torch.Tensor

    def __init__(self, linear: nn.Linear, rank: int, alpha: float, dropout: float = 0.0) -> None:
        super().__init__(linear.in_features, linear.out_features, bias=linear.bias is not None, device="meta")
        self.weight, self.bias = linear.weight, linear.bias
        self.lora_a = nn.Parameter(linear.weight.new_empty(rank, linear.in_features))
        self.lora_b = nn.Parameter(linear.weight.new_zeros(linear.out_features, rank))
        self.register_buffer("lora_scale", linear.weight.new_tensor(alpha / rank))
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.lora_a, std=linear.in_features**-0.5)
        self.train(linear.training)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From `x` (..., in_features) to (..., out_features)."""
        narrow = F.linear(self.dropout(x), self.lora_a) * self.lora_scale  # (..., rank)
        return F.linear(x, self.weight, self.bias) + F.linear(narrow, self.lora_b)

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """A plain layer that gives the same; its weight W + alpha / rank * B A is rounded once."""
        product = self.lora_scale.double() * (self.lora_b.double() @ self.lora_a.double())
        linear = nn.Linear(self.in_features, self.out_features, bias=self.bias is not None, device="meta")
        linear.weight = nn.Parameter((self.weight + product).to(self.weight.dtype), self.weight.requires_grad)
        linear.bias = self.bias
        return linear.train(self.training)


def add_lora(
    model: nn.Module,
    layers: Sequence[str],
    *,
    rank: int = 8,
    alpha: float = 16.0,
    dropout: float = 0.0,
    train: Sequence[str] = (),
) -> list[str]:
    """Freeze a model and add trained matrices to some of its linear layers; its outputs stay what they are.

    Args:
        model: Is changed in place.
        layers: Which linear layers, as patterns of names (see `named_parts`); other modules with such names are left.
        rank: Of the matrices that are added.
        alpha: By `alpha / rank` they are multiplied.
        dropout: Dropout on what they take in.
        train: Parameters that are trained beside them, as patterns: `head.**` where the head is new.

    Returns:
        The names of the layers.

    Raises:
        ConfigError: A pattern means none, a chosen layer shares its weight with something else, or `rank` is below 1.
    """
    if rank < 1:
        raise ConfigError(f"the rank of LoRA must be at least 1, not {rank}")
    linear = {name: module for name, module in model.named_modules() if type(module) is nn.Linear}
    names = names_like(layers, linear, "linear layer")
    places = Counter(id(weight) for _, weight in model.named_parameters(remove_duplicate=False))
    for name in names:
        if places[id(linear[name].weight)] > 1:
            raise ConfigError(
                f"the weight of {name} is also another part's, which merging would change; leave {name} out"
            )
    train_only(model, train)
    for name in names:
        model.set_submodule(name, LoRALinear(linear[name], rank, alpha, dropout))
    return names


def merge_lora(model: nn.Module) -> dict[str, LoRALinear]:
    """Put plain linear layers, with what was added, in the place of those with LoRA.

    What was frozen stays so.

    Returns:
        The layers with LoRA by their names, for `unmerge_lora`.

    Raises:
        ConfigError: There are none.
    """
    layers = {name: module for name, module in model.named_modules() if isinstance(module, LoRALinear)}
    if not layers:
        raise ConfigError("the model has no layer with LoRA to merge; add_lora makes them")
    for name, layer in layers.items():
        model.set_submodule(name, layer.merged())
    return layers


def unmerge_lora(model: nn.Module, layers: Mapping[str, LoRALinear]) -> None:
    """Put the layers with LoRA that `merge_lora` gave back into their places.

    Raises:
        ConfigError: The model has no linear layer of such a name and size.
    """
    linear = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    for name, layer in layers.items():
        if name not in linear or linear[name].weight.shape != layer.weight.shape:
            raise ConfigError(f"the model has no linear layer {name} of {layer.out_features} x {layer.in_features}")
    for name, layer in layers.items():
        model.set_submodule(name, layer.to(linear[name].weight.device).train(linear[name].training))
