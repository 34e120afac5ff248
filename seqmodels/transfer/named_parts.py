"""Parts of a model by their names: those that patterns mean, and those that training changes.

In a pattern `*` stands for one step of a name and `**` for any number of them: `encoder.layers.*.inner` is the layer
of that name in each layer of a Transformer, `head.**` all that the head has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from torch import nn

from textprep.errors import ConfigError, unknown_name


def names_like(patterns: Sequence[str], names: Iterable[str], kind: str) -> list[str]:
    """The names that a pattern means, in their own order.

    Args:
        patterns: What to choose.
        names: To choose from.
        kind: What has these names, for messages: "linear layer".

    Raises:
        ConfigError: A pattern means none of them.
    """
    names = list(names)
    chosen: set[str] = set()
    for pattern in patterns:
        spelled = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", r"[^.]*")
        found = [name for name in names if re.fullmatch(spelled, name)]
        if not found:
            raise unknown_name(kind, pattern, names)
        chosen.update(found)
    return [name for name in names if name in chosen]


def train_only(model: nn.Module, patterns: Sequence[str]) -> None:
    """Freeze a model but for the parameters with these names.

    Raises:
        ConfigError: A pattern means no parameter.
    """
    chosen = set(names_like(patterns, dict(model.named_parameters()), "parameter"))
    for name, weight in model.named_parameters():
        weight.requires_grad_(name in chosen)


def trained_part(model: nn.Module) -> nn.Module:
    """What takes a gradient in a model, under the same names, as a module to be saved and loaded by itself.

        save_weights(trained_part(model), path)  # of a model with LoRA: a thousandth of the whole
        load_weights(trained_part(model), path)  # into one that was built and extended alike

    Its weights are the model's own, not copies; saved buffers of the modules that they belong to come with them. It has
    no `forward`.

    Raises:
        ConfigError: Nothing takes a gradient.
    """
    trained = [name for name, weight in model.named_parameters() if weight.requires_grad]
    if not trained:
        raise ConfigError("no parameter of the model takes a gradient; save the whole model with save_weights")
    owners = {name.rpartition(".")[0] for name in trained}
    buffers = [name for name, _ in model.named_buffers() if name.rpartition(".")[0] in owners]
    part, saved = nn.Module(), model.state_dict().keys()
    for name in trained:
        path, _, last = name.rpartition(".")
        _place(part, path).register_parameter(last, model.get_parameter(name))
    for name in buffers:
        path, _, last = name.rpartition(".")
        if name in saved:
            _place(part, path).register_buffer(last, model.get_buffer(name))
    return part


def _place(part: nn.Module, path: str) -> nn.Module:
    """The module at a path, such as `encoder.layers.0`; what is missing on the way to it is put there."""
    for step in filter(None, path.split(".")):
        if step not in dict(part.named_children()):
            part.add_module(step, nn.Module())
        part = part.get_submodule(step)
    return part
