"""How a model is trained, as settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from seqmodels.training.clipping import CLIPPINGS
from seqmodels.training.optimizers import OPTIMIZERS
from seqmodels.training.schedules import SCHEDULES
from textprep.errors import ConfigError
from textprep.settings import OneOf, Share, Size, SizeOrNone, Within, checked

LOWER_IS_BETTER = ("loss", "perplexity", "bits_per_character")  # how the names of such scores end
NotNegative = Annotated[float, Within(0)]


@dataclass(frozen=True)
class TrainingSettings:
    """How a model is trained."""

    epochs: Size = 10
    """Times that the training set is walked through, at most."""
    steps: SizeOrNone = 0
    """Training ends after this many optimiser steps, within an epoch too, and the rate falls to its end by then; 0: as
    many as the epochs have."""
    minutes: NotNegative = 0.0
    """Training ends after this many minutes, within an epoch too, and the rate falls to its end by then; 0: never."""
    optimizer: Annotated[str, OneOf(OPTIMIZERS)] = "adam"
    """Optimiser: sgd, momentum, nesterov, ntasgd (sgd whose weights are averaged once the score stands still), rmsprop,
    adam or adamw."""
    learning_rate: NotNegative = 0.001
    """Peak learning rate."""
    weight_decay: NotNegative = 0.0
    """Weight decay; decoupled from the gradient in adamw, added to it by the others."""
    momentum: Share = 0.9
    """Weight of the past in the direction of momentum, nesterov, adam and adamw; below 1."""
    square_decay: Share = 0.999
    """Weight of the past in the mean of squared gradients of adam and adamw; below 1."""
    trigger: SizeOrNone = 5
    """ntasgd begins to average when the score is worse than the best one, that of so many epochs before it left out."""
    schedule: Annotated[str, OneOf(SCHEDULES)] = "cosine"
    """How the rate goes after warm-up: constant; linear or cosine, which fall to 0 at the last epoch; noam, down with
    the inverse square root of the steps (its authors' learning_rate is 1 / sqrt(hidden_size * warmup_steps)); plateau,
    down when the score stands still; onecycle or slanted_triangular, up and down without a warm-up."""
    warmup_steps: SizeOrNone = 100
    """Optimiser steps over which the rate rises to its peak, but never more than a tenth of the run."""
    final_rate: Share = 0.0
    """Where a falling rate ends, as a share of its peak."""
    plateau_patience: SizeOrNone = 0
    """Epochs in a row without a better score that plateau lets pass before the rate falls."""
    plateau_factor: Share = 0.5
    """What plateau multiplies the rate by."""
    accumulate: Size = 1
    """Batches that are taken together in a step, as if they were one; of several processes each takes so many."""
    clipping: Annotated[str, OneOf(CLIPPINGS)] = "norm"
    """What keeps gradients short: norm, all weights together; value, each number by itself; adaptive, by a threshold
    that follows the norms; or none."""
    clip_norm: NotNegative = 5.0
    """Longest gradient, by its global norm over all weights, for norm; 0 does not clip. With adaptive the first
    threshold; 0 takes the first gradient's norm."""
    clip_value: Annotated[float, Within(1e-12)] = 1.0
    """Largest number in a gradient, up or down, for value."""
    clip_smoothing: Share = 0.99
    """Weight of the past in the threshold of adaptive; below 1."""
    gradient_noise: NotNegative = 0.0
    """Variance of noise that is added to the first gradient; it falls with the power 0.55 of the steps. 0 adds none;
    0.01 to 1 is usual."""
    skip_not_finite: SizeOrNone = 0
    """Batches in a row that may be left out because their loss or gradient is not finite; one more, and the run
    stops. 0 stops at the first."""
    recompute: bool = False
    """Whether layers that lie on top of each other forget what they have worked out, and work it out again for the
    gradient: less memory, and a third more time."""
    average_decay: Share = 0.999
    """Decay of a running average of the weights that is evaluated and kept in their place; 0 keeps the raw ones. Of no
    meaning with ntasgd, which has an average of its own."""
    metric: str = "accuracy"
    """The score of the evaluation by which the best epoch is chosen; higher is better, unless its name ends
    in loss, perplexity or bits_per_character."""
    patience: SizeOrNone = 0
    """Stop after this many epochs in a row without a better score; 0 never stops early."""
    precision: Literal["float32", "bfloat16", "auto"] = "float32"
    """Arithmetic of the forward pass: float32; bfloat16 (autocast); or auto, bfloat16 where the hardware is
    faster with it."""
    device: Literal["cpu", "cuda", "mps", "auto"] = "cpu"
    """Where the model is trained: cpu, cuda, mps; or auto, the first of cuda, mps and cpu that is there."""
    threads: Annotated[int, Within(0, 1024)] = 0
    """Threads of the processor that training may use; 0 leaves it to torch."""
    checkpoint_steps: SizeOrNone = 0
    """Steps after which the state is written to the checkpoint, beside each epoch's end; 0 waits for that end."""
    checkpoint_minutes: NotNegative = 10.0
    """Minutes after which the state is written to the checkpoint, beside each epoch's end; 0 waits for that end."""
    seed: SizeOrNone = 0
    """Seed of everything random in training: dropout here, the order of batches where they are made."""
    progress: bool = False
    """Whether to show a progress bar."""


@dataclass(frozen=True)
class TrainingBySize(TrainingSettings):
    """How a model is trained, if the number of epochs may follow from the size of the data; `fit` must be told it."""

    epochs: SizeOrNone = 0
    """Times that the training set is walked through, at most; 0: as many as suit the number of examples."""


def check_settings(settings: TrainingSettings) -> None:
    """Raise ConfigError for settings that cannot be used, before any time is spent."""
    checked(settings)
    if settings.epochs < 1:
        raise ConfigError("epochs must be at least 1, not 0")
    if settings.learning_rate == 0:
        raise ConfigError("learning_rate must be above 0")
    for name in ("average_decay", "momentum", "square_decay", "clip_smoothing"):
        if getattr(settings, name) == 1:
            raise ConfigError(f"{name} must be below 1; what it weighs would never move")
