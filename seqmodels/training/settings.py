"""How a model is trained, as settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from seqmodels.training.optimizers import OPTIMIZERS
from seqmodels.training.schedules import SCHEDULES
from textprep.errors import ConfigError
from textprep.settings import OneOf, Share, Size, SizeOrNone, Within, checked

NotNegative = Annotated[float, Within(0)]


@dataclass(frozen=True)
class TrainingSettings:
    """How a model is trained."""

    epochs: Size = 10
    """Times that the training set is walked through, at most."""
    minutes: NotNegative = 0.0
    """Training ends after this many minutes, within an epoch too, and the rate falls to its end by then; 0: never."""
    optimizer: Annotated[str, OneOf(OPTIMIZERS)] = "adam"
    """Optimiser: adam, adamw or sgd (with Nesterov momentum 0.9)."""
    learning_rate: NotNegative = 0.001
    """Peak learning rate."""
    weight_decay: NotNegative = 0.0
    """Weight decay; added to the gradient by adam and sgd, decoupled from it in adamw."""
    schedule: Annotated[str, OneOf(SCHEDULES)] = "cosine"
    """How the rate goes after warm-up: constant, linear or cosine (the last two fall to 0 at the last epoch)."""
    warmup_steps: SizeOrNone = 100
    """Optimiser steps over which the rate rises to its peak, but never more than a tenth of the run."""
    clip_norm: NotNegative = 5.0
    """Longest gradient, by its global norm over all weights; 0 does not clip."""
    average_decay: Share = 0.999
    """Decay of a running average of the weights that is evaluated and kept in their place; 0 keeps the raw ones."""
    metric: str = "accuracy"
    """The score of the evaluation by which the best epoch is chosen; higher is better, unless its name ends
    in loss or perplexity."""
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
    if settings.average_decay == 1:
        raise ConfigError("average_decay must be below 1; the average would never move")
