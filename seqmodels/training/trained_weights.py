"""What training changes in a model, which is all that a best epoch or a checkpoint has to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn

from seqmodels.training.checksum import checksum
from seqmodels.training.weights import weights_of

LARGE = 1 << 20  # bytes from which a buffer is worth a look before it is copied


class TrainedWeights:
    """The weights and buffers of a model without those that stay as they are.

    Frozen parameters and large buffers that still have the content with which training began (a frozen word matrix,
    say) are left out; a buffer that training changes is taken to change in the first epoch already.

    Args:
        model: The model before training.
        weights: Its parameters that are trained.

    Attributes:
        constant: The checksum at first of all that may be left out, by name.
    """

    def __init__(self, model: nn.Module, weights: Iterable[nn.Parameter]) -> None:
        self.model = model
        trained = {id(weight) for weight in weights}
        frozen = {name for name, weight in _parameters(model).items() if id(weight) not in trained}
        large = {name for name, buffer in model.named_buffers() if buffer.nbytes >= LARGE}
        state = model.state_dict()
        self.constant = {name: checksum(state[name]) for name in sorted((frozen | large) & state.keys())}

    def state_dict(self) -> dict[str, Any]:
        """What training has changed or may change, by name; not copies."""
        return {
            name: value
            for name, value in weights_of(self.model).items()
            if name not in self.constant or checksum(value) != self.constant[name]
        }

    def copy(self) -> dict[str, torch.Tensor]:
        """A copy of all that."""
        return {name: value.detach().clone() for name, value in self.state_dict().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put what `state_dict` or `copy` gave back into the model."""
        self.model.load_state_dict(state, strict=False)


def _parameters(model: nn.Module) -> dict[str, nn.Parameter]:
    return dict(model.named_parameters(remove_duplicate=False))
