"""The training loop: one function, `fit`, that can be read from top to bottom.

Clipping by global norm is from Pascanu et al. (2013), AdamW from Loshchilov & Hutter (2019), early stopping
with the best weights restored from Prechelt (1998).
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Annotated, Protocol, TypeVar

import torch
from torch import nn

from seqmodels.batches.token_batches import TokenBatch
from seqmodels.training.averaging import WeightAverage
from seqmodels.training.hooks import Hook, Progress
from seqmodels.training.schedules import SCHEDULES, rate_factor
from textprep.errors import ConfigError, TextmillError, unknown_name
from textprep.settings import SizeOrNone, Within


@dataclass(frozen=True)
class TrainingSettings:
    """How a model is trained."""

    epochs: Annotated[int, Within(0)] = 10
    """Times that the training set is walked through, at most."""
    minutes: Annotated[float, Within(0)] = 0.0
    """No new epoch begins after this many minutes; 0 sets no limit."""
    optimizer: str = "adam"
    """Optimiser: adam, adamw or sgd (with Nesterov momentum 0.9)."""
    learning_rate: Annotated[float, Within(0)] = 0.001
    """Peak learning rate."""
    weight_decay: Annotated[float, Within(0)] = 0.0
    """Weight decay; added to the gradient by adam and sgd, decoupled from it in adamw."""
    schedule: str = "cosine"
    """How the rate goes after warm-up: constant, linear or cosine (the last two fall to 0 at the last epoch)."""
    warmup_steps: SizeOrNone = 100
    """Optimiser steps over which the rate rises to its peak, but never more than a tenth of the run."""
    clip_norm: Annotated[float, Within(0)] = 5.0
    """Longest gradient, by its global norm over all weights; 0 does not clip."""
    average_decay: Annotated[float, Within(0)] = 0.999
    """Decay of a running average of the weights that is evaluated and kept in their place; 0 keeps the raw ones."""
    metric: str = "accuracy"
    """The score of the evaluation by which the best epoch is chosen; higher is better, unless its name ends
    in loss or perplexity."""
    patience: SizeOrNone = 0
    """Stop after this many epochs in a row without a better score; 0 never stops early."""
    precision: str = "float32"
    """Arithmetic of the forward pass: float32; bfloat16 (autocast); or auto, bfloat16 where the hardware is
    faster with it."""
    seed: Annotated[int, Within(0)] = 0
    """Seed of everything random in training: dropout here, the order of batches where they are made."""
    progress: bool = False
    """Whether to show a progress bar."""


class EpochBatches(Sized, Protocol):
    """Training data: as many batches as its length says, in an order that depends on the epoch."""

    def epoch(self, number: int) -> Iterator[TokenBatch]:
        """The batches of one epoch."""


OPTIMIZERS = ("adam", "adamw", "sgd")
PRECISIONS = ("float32", "bfloat16", "auto")
Model = TypeVar("Model", bound=nn.Module)


def fit(
    model: Model,
    batches: EpochBatches,
    evaluate: Callable[[Model], Mapping[str, float]],
    settings: TrainingSettings,
    hooks: Sequence[Hook] = (),
) -> Progress:
    """Train `model` and leave it with the weights of its best epoch, in evaluation mode.

    Args:
        model: A module with `loss(batch)`, the mean loss of a batch as a scalar.
        batches: The training data, usually a `Batches`.
        evaluate: Scores of the model, called after each epoch without gradients and in evaluation mode.
        settings: How to train.
        hooks: Called at the places named in `Hook`.

    Returns:
        The final `Progress`: the best epoch and score, and a record of each epoch.

    Raises:
        ConfigError: If a name in the settings is not known, or `metric` is not among the scores.
        TextmillError: If the loss or the gradient is no longer finite.
    """
    check_settings(settings)
    torch.manual_seed(settings.seed)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = make_optimizer(weights, settings)
    average = WeightAverage(model, settings.average_decay) if settings.average_decay else None
    device = weights[0].device.type
    autocast = torch.autocast(device, torch.bfloat16, takes_bfloat16(settings.precision, device))
    sign = -1.0 if settings.metric.endswith(("loss", "perplexity")) else 1.0
    steps = len(batches) * settings.epochs
    warmup = min(settings.warmup_steps, steps // 10)
    best: dict[str, torch.Tensor] = {}
    progress, start = Progress(), time.perf_counter()
    for hook in hooks:
        hook.on_start(model, progress)

    for epoch in range(settings.epochs):
        progress.epoch = epoch
        model.train()
        losses, clipped, rate = [], 0, 0.0
        for batch in _watched(batches, epoch, settings.progress):
            rate = settings.learning_rate * rate_factor(settings.schedule, progress.step, steps, warmup)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with autocast:
                loss = model.loss(batch)  # type: ignore[operator]
            optimizer.zero_grad()
            loss.backward()
            norm = nn.utils.get_total_norm(weight.grad for weight in weights if weight.grad is not None)
            losses.append(loss.item())
            if not (math.isfinite(losses[-1]) and norm.isfinite()):
                raise TextmillError(
                    f"the loss is {losses[-1]} and the gradient's norm {norm} at step {progress.step} "
                    f"(epoch {epoch + 1}); lower learning_rate or clip_norm, or lengthen warmup_steps"
                )
            if 0 < settings.clip_norm < norm:
                nn.utils.clip_grads_with_norm_(weights, settings.clip_norm, norm)
                clipped += 1
            optimizer.step()
            if average:
                average.update()
            progress.step += 1
            for hook in hooks:
                hook.on_step(model, progress, losses[-1])

        model.eval()
        train_seconds = time.perf_counter() - start - progress.seconds
        with average.in_place() if average else nullcontext(), torch.no_grad():
            scores = evaluate(model)
            if settings.metric not in scores:
                raise unknown_name("metric", settings.metric, scores)
            progress.seconds = time.perf_counter() - start
            record = {
                "epoch": epoch + 1,
                "step": progress.step,
                "loss": sum(losses) / max(1, len(losses)),
                "learning_rate": rate,
                "clipped": clipped / max(1, len(losses)),
                "train_seconds": train_seconds,
                "seconds": progress.seconds,
                **scores,
            }
            progress.records.append(record)
            is_best = progress.best_score is None or sign * scores[settings.metric] > sign * progress.best_score
            if is_best:
                progress.best_epoch, progress.best_score = epoch, scores[settings.metric]
                best = {name: value.detach().clone() for name, value in model.state_dict().items()}
            for hook in hooks:
                hook.on_epoch(model, progress, record)
                if is_best:
                    hook.on_best(model, progress)

        out_of_patience = 0 < settings.patience <= epoch - progress.best_epoch
        if progress.stop or out_of_patience or 0 < settings.minutes * 60 < progress.seconds:
            break

    if best:
        model.load_state_dict(best)
    model.eval()
    for hook in hooks:
        hook.on_end(model, progress)
    return progress


def check_settings(settings: TrainingSettings) -> None:
    """Raise ConfigError for a name that is not known or a number that makes no sense, before any time is spent."""
    for kind, name, known in (
        ("optimizer", settings.optimizer, OPTIMIZERS),
        ("schedule", settings.schedule, tuple(SCHEDULES)),
        ("precision", settings.precision, PRECISIONS),
    ):
        if name not in known:
            raise unknown_name(kind, name, known)
    if settings.learning_rate <= 0 or settings.epochs < 1:
        raise ConfigError("learning_rate must be above 0 and epochs at least 1")
    if not 0 <= settings.average_decay < 1:
        raise ConfigError(f"average_decay must lie in 0..1, without 1, not {settings.average_decay}")


def takes_bfloat16(precision: str, device: str) -> bool:
    """Whether the forward pass runs in bfloat16: if asked for, or with "auto" on hardware with units for it."""
    if precision != "auto":
        return precision == "bfloat16"
    if device == "cuda":
        return torch.cuda.is_bf16_supported()
    return device == "cpu" and bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())


def make_optimizer(weights: list[nn.Parameter], settings: TrainingSettings) -> torch.optim.Optimizer:
    """The optimiser that the settings name, over `weights`; fused, so that small tensors cost one call in all."""
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.optimizer == "adam":
        return torch.optim.Adam(weights, rate, weight_decay=decay, fused=True)
    if settings.optimizer == "adamw":
        return torch.optim.AdamW(weights, rate, weight_decay=decay, fused=True)
    return torch.optim.SGD(weights, rate, momentum=0.9, nesterov=True, weight_decay=decay, fused=True)


def _watched(batches: EpochBatches, epoch: int, progress: bool) -> Iterable[TokenBatch]:
    """The batches of an epoch, behind a progress bar if one is wanted and there is a terminal to show it on."""
    if not (progress and sys.stderr.isatty()):
        return batches.epoch(epoch)
    from rich.console import Console
    from rich.progress import track

    return track(
        batches.epoch(epoch),
        f"epoch {epoch + 1}",
        total=len(batches),
        console=Console(stderr=True),
        transient=True,
    )
