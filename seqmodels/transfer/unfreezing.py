"""Fine-tuning as in ULMFiT: lower layers learn more slowly, and later (Howard & Ruder, "Universal Language Model
Fine-tuning for Text Classification", 2018).

    settings = TrainingSettings(schedule="slanted_triangular")
    fit(model, batches, evaluate, settings, [GradualUnfreezing()], groups=discriminative_groups)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import nn

from seqmodels.training.hooks import Hook
from seqmodels.training.optimizers import ParameterGroup
from seqmodels.training.state import TrainingState
from seqmodels.transfer.layer_order import Layer, layers_of
from textprep.errors import ConfigError


def discriminative_groups(model: nn.Module, factor: float = 2.6) -> list[ParameterGroup]:
    """The layers of a model as `groups` for `fit`: the top one has the full rate, each below it 1/factor of the rate of
    the one above.

    Raises:
        ConfigError: `factor` is not above 0, or the model has no layers to train, see `layers_of`.
    """
    if not factor > 0:
        raise ConfigError(f"the factor between the layers' rates must be above 0, not {factor}; 2.6 is usual")
    layers = layers_of(model)
    return [ParameterGroup(layer.parameters, rate=factor ** -(len(layers) - 1 - k)) for k, layer in enumerate(layers)]


class GradualUnfreezing(Hook):
    """Trains the top layer alone at first, and after every so many epochs one more, from top to bottom.

    Which layers are frozen follows from the epoch, so that a resumed run goes on as it would have. In the end all take
    gradients again that took them at first.

    Args:
        epochs: After how many epochs the next layer is trained too.
        layers: The layers of a model from bottom to top.

    Raises:
        ConfigError: `epochs` is below 1.
    """

    def __init__(self, epochs: int = 1, layers: Callable[[nn.Module], Sequence[Layer]] = layers_of) -> None:
        if epochs < 1:
            raise ConfigError(f"layers are unfrozen after at least 1 epoch each, not {epochs}")
        self.epochs, self.find_layers = epochs, layers
        self.layers: Sequence[Layer] = ()

    def on_start(self, model: nn.Module, state: TrainingState) -> None:
        """Freeze all but what the epoch trains."""
        self.layers = self.find_layers(model)
        self._train_top(1 + state.epoch // self.epochs)

    def on_epoch(self, model: nn.Module, state: TrainingState, record: dict[str, float]) -> None:
        """Unfreeze what the next epoch trains."""
        self._train_top(1 + (state.epoch + 1) // self.epochs)

    def on_end(self, model: nn.Module, state: TrainingState) -> None:
        """Unfreeze all."""
        self._train_top(len(self.layers))

    def _train_top(self, count: int) -> None:
        for height, layer in enumerate(reversed(self.layers)):
            for weight in layer.parameters:
                weight.requires_grad_(height < count)
