"""A hook that keeps the norms of gradients while a model is trained.

recorder = GradientRecorder(every=10, over_time=True)
fit(model, batches, evaluate, settings, [recorder])
draw_gradient_history(recorder.history())
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.batches.plan import check_at_least_one
from seqmodels.inspect.gradient_norms import LayerGradients, StepGradients, gathered, layer_gradients
from seqmodels.inspect.watching import StateWatch, kept_gates
from seqmodels.training.hooks import Hook
from seqmodels.training.state import TrainingState


@dataclass(frozen=True)
class GradientHistory:
    """The gradient's norm over the weights of each layer, record by record."""

    layers: list[str]
    steps: NDArray[np.int64]  # (records,), the optimiser's steps before each
    norms: NDArray[np.float64]  # (records, layers); NaN where a layer had no gradient


class GradientRecorder(Hook):
    """Keeps what `layer_gradients` says, and if wanted what `step_gradients` does, of every so many training steps.

    Gradients are those before clipping; in several processes those at time steps are of the process's own batches.

    Args:
        every: Steps from one record to the next.
        over_time: Whether time steps are looked at, too. Recurrent layers then go step by step wherever a record is
            due, and are several times slower there.

    Raises:
        ConfigError: `every` is below 1.
    """

    def __init__(self, every: int = 1, *, over_time: bool = False) -> None:
        check_at_least_one(every=every)
        self.every, self.over_time = every, over_time
        self.steps: list[int] = []
        """The optimiser's steps before each record."""
        self.layers: list[LayerGradients] = []
        """Of the weights, record by record."""
        self.time_steps: list[StepGradients] = []
        """Of the states, record by record, if `over_time`."""
        self._watch: StateWatch | None = None
        self._watching = ExitStack()

    def on_start(self, model: nn.Module, state: TrainingState) -> None:
        """Make ready for the first step."""
        self._expect(model, state.step)

    def on_backward(self, model: nn.Module, state: TrainingState) -> None:
        """Keep the norms, if a record is due."""
        if state.step % self.every == 0:
            self.steps.append(state.step)
            self.layers.append(layer_gradients(model))
        if self._watch is not None:
            passes = self._watch.passes
            tensors = [tensor for states in passes for tensor in states.tensors]
            gradients = [torch.zeros_like(tensor) if tensor.grad is None else tensor.grad for tensor in tensors]
            self.time_steps.append(gathered(passes, gradients))
            passes.clear()

    def on_step(self, model: nn.Module, state: TrainingState, loss: float) -> None:
        """Make ready for the next step."""
        self._expect(model, state.step)

    def on_end(self, model: nn.Module, state: TrainingState) -> None:
        """Leave the model as it was."""
        self.close()

    def close(self) -> None:
        """Leave the model as it was, also if training has been broken off."""
        self._watching.close()
        self._watch = None

    def history(self) -> GradientHistory:
        """The norms of all records side by side."""
        names = list(dict.fromkeys(name for record in self.layers for name in record.layers))
        norms = np.full((len(self.layers), len(names)), np.nan)
        for row, record in zip(norms, self.layers, strict=True):
            row[[names.index(name) for name in record.layers]] = record.norms
        return GradientHistory(names, np.array(self.steps, np.int64), norms)

    def _expect(self, model: nn.Module, step: int) -> None:
        due = self.over_time and step % self.every == 0
        if due and self._watch is None:
            self._watch = StateWatch(model, retain=True)
            self._watching.callback(self._watch.close)
            self._watching.enter_context(kept_gates(model))
        elif not due:
            self.close()
