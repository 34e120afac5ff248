"""The training loop: one function, `fit`, that can be read from top to bottom.

Early stopping with the best weights restored is from Prechelt (1998). What a step can do beside lies in files of this
folder by its name: `carrying`, `micro_batches`, `clipping`, `gradient_noise`, `not_finite`, `recomputing`.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import islice
from typing import Any, TypeVar

import torch
from torch import nn

from seqmodels.training.carrying import carries_on, loss_of
from seqmodels.training.checkpoints import Checkpoints
from seqmodels.training.clipping import CLIPPINGS
from seqmodels.training.devices import open_devices
from seqmodels.training.gradient_noise import add_noise
from seqmodels.training.hooks import Hook
from seqmodels.training.memory import memory_watched
from seqmodels.training.micro_batches import in_steps, loss_weight, shares
from seqmodels.training.not_finite import leave_out
from seqmodels.training.optimizers import ParameterGroup, make_optimizer
from seqmodels.training.precision import takes_bfloat16
from seqmodels.training.protocols import EpochBatches, Evaluation
from seqmodels.training.random_states import random_states, set_random_states
from seqmodels.training.recomputing import recomputing
from seqmodels.training.schedules import rate_factor, rate_left
from seqmodels.training.settings import LOWER_IS_BETTER, TrainingSettings, check_settings
from seqmodels.training.state import Ended, TrainingState
from seqmodels.training.trained_weights import TrainedWeights
from seqmodels.training.triggered_average import make_average
from textprep.errors import ConfigError, unknown_name

Model = TypeVar("Model", bound=nn.Module)


def fit(
    model: Model,
    batches: EpochBatches,
    evaluate: Callable[[Model], Mapping[str, float]] | Evaluation,
    settings: TrainingSettings,
    hooks: Sequence[Hook] = (),
    *,
    groups: Callable[[Model], Sequence[ParameterGroup]] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
) -> TrainingState:
    """Train `model` and leave it with the weights of its best epoch, in evaluation mode.

    A run that was stopped at any moment and resumed, on the same machine and with as many threads, ends with the same
    weights to the bit as if it had not been stopped; but not with a limit of time, since time never passes alike.

    In several processes (`accelerate launch`, `torchrun`) each calls this function alike; a step takes a batch of
    each, and the main process evaluates.

    A model with `loss_from(batch, state) -> (loss, state)` reads on in each batch where it has stopped in the one
    before, if the batches are `continued`: gradients end there, the state is part of the checkpoint, and an epoch
    begins without one. Where batches are taken together (`accumulate`, several processes), each counts by the model's
    `loss_weight(batch)`, over how many rows or tokens its loss is a mean; without that, all count alike.

    Args:
        model: A module with `loss(batch)`, the mean loss of a batch as a scalar.
        batches: The training data, usually a `Batches`; beside a cpu, a batch has `to(device)`.
        evaluate: Scores of the model, called after each epoch without gradients and in evaluation mode; one that has
            `names` (see `Evaluation`) is asked for `metric` before training.
        settings: How to train.
        hooks: Called at the places named in `Hook`.
        groups: Parameters that are trained at rates of their own; None trains all alike.
        checkpoint: The file to which the state is written after each epoch, and in between as the settings say. It
            stays there when the run has ended.
        resume: Whether to go on from the checkpoint, if there is one; else one that is there is removed.

    Returns:
        The final state: the best epoch and score, a record of each epoch, and what ended the run.

    Raises:
        ConfigError: A setting cannot be used here, `metric` is not among the scores, `groups` do not fit the model, or
            the checkpoint was written with other settings.
        ArtifactError: The checkpoint is damaged, or of another model or other data.
        OutOfMemoryError: There is not enough memory.
        TextmillError: The loss or the gradient is no longer finite, in more steps than may be left out.
    """
    check_settings(settings)
    if isinstance(evaluate, Evaluation) and settings.metric not in evaluate.names:
        raise unknown_name("metric", settings.metric, evaluate.names)
    if resume and checkpoint is None:
        raise ConfigError("there is nothing to resume from; give a checkpoint")
    recompute = recomputing(model, settings.recompute)
    with open_devices(settings.device, settings.threads) as devices, memory_watched(), recompute:
        torch.manual_seed(settings.seed + devices.index)
        model.to(devices.device)
        optimizer = make_optimizer(model, settings, groups and groups(model))
        weights = [weight for group in optimizer.param_groups for weight in group["params"]]
        devices.make_alike(model.state_dict().values())
        average = make_average(model, settings)
        clip = CLIPPINGS[settings.clipping]
        kind = devices.device.type
        autocast = torch.autocast(kind, torch.bfloat16, takes_bfloat16(settings.precision, kind))
        sign = -1.0 if settings.metric.endswith(LOWER_IS_BETTER) else 1.0
        carried = carries_on(model, batches)
        taken = settings.accumulate * (1 if carried else devices.processes)  # batches in a step
        most = settings.steps or math.inf
        steps = int(min(most, math.ceil(len(batches) / taken) * settings.epochs))
        warmup = min(settings.warmup_steps, steps // 10)
        limit = settings.minutes * 60 or math.inf
        trained = TrainedWeights(model, weights)
        state = TrainingState(is_main=devices.index == 0, weights=trained, optimizer=optimizer, average=average)
        checkpoints = Checkpoints(checkpoint, state, batches, settings, devices)
        if resume:
            checkpoints.resume()
        else:
            checkpoints.begin()
        start = time.perf_counter() - state.seconds
        for hook in hooks:
            hook.on_start(model, state)

        while not state.ended:
            model.train()
            whole = True
            scores_so_far = [sign * record[settings.metric] for record in state.records]
            left = rate_left(scores_so_far, settings.plateau_patience, settings.plateau_factor)
            if average:
                average.begin_epoch(scores_so_far)
            own = devices.share(_watched(batches, state, settings.progress, taken), carried)
            for step_batches in in_steps(own, settings.accumulate):
                if (state.batch and state.seconds >= limit) or state.step >= most:
                    whole = False
                    break
                spent = state.seconds / limit
                rate = rate_factor(
                    settings.schedule, state.step, steps, warmup, settings.final_rate, time_spent=spent, left=left
                )
                state.learning_rate = settings.learning_rate * rate
                for group in optimizer.param_groups:
                    group["lr"] = state.learning_rate * group["factor"]
                optimizer.zero_grad()
                mean_loss = 0.0
                counts = [loss_weight(model, batch) for batch in step_batches]
                for batch, share in zip(step_batches, shares(counts), strict=True):
                    with autocast:
                        part = loss_of(model, batch, state, carried)
                        part = part if share == 1 else share * part
                    part.backward()  # type: ignore[no-untyped-call]
                    mean_loss += part.item()
                seconds = time.perf_counter() - start
                loss, state.seconds = devices.average(weights, mean_loss, seconds, count=sum(counts))
                for hook in hooks:
                    hook.on_backward(model, state)
                norm = nn.utils.get_total_norm(weight.grad for weight in weights if weight.grad is not None).item()
                if not (math.isfinite(loss) and math.isfinite(norm)):
                    leave_out(step_batches, loss, norm, state, settings, devices)
                    continue
                state.clipped += clip(weights, norm, settings, state)
                add_noise(weights, settings.gradient_noise, state.step, settings.seed)
                optimizer.step()
                if average:
                    average.update()
                state.step += 1
                state.batch += 1
                state.skipped_in_row = 0
                state.total_loss += loss
                for hook in hooks:
                    hook.on_step(model, state, loss)
                checkpoints.after_step()

            model.eval()
            train_seconds = time.perf_counter() - start - (state.records[-1]["seconds"] if state.records else 0.0)
            with average.in_place() if average else nullcontext(), torch.no_grad():
                scores = devices.from_main(evaluate, model)
                if settings.metric not in scores:
                    raise unknown_name("metric", settings.metric, scores)
                state.seconds = devices.from_main(lambda: time.perf_counter() - start)
                made = max(1, state.batch - state.skipped)
                record = {
                    "epoch": state.epoch + 1,
                    "step": state.step,
                    "loss": state.total_loss / made,
                    "learning_rate": state.learning_rate,
                    "clipped": state.clipped / made,
                    "skipped": state.skipped,
                    "train_seconds": train_seconds,
                    "seconds": state.seconds,
                    **scores,
                }
                state.records.append(record)
                score = scores[settings.metric]
                is_best = state.best_score is None or sign * score > sign * state.best_score
                if is_best:
                    state.best_epoch, state.best_score = state.epoch, score
                    state.best = trained.copy()
                for hook in hooks:
                    hook.on_epoch(model, state, record)
                    if is_best:
                        hook.on_best(model, state)

            state.ended = devices.from_main(_ended, state, settings, whole)
            if not state.ended:
                state.begin_epoch()
            checkpoints.write()

        devices.make_alike(state.best.values())  # the main process's evaluation may have fitted buffers
        trained.load_state_dict(state.best)
        model.eval()
        for hook in hooks:
            hook.on_end(model, state)
        return state


def _ended(state: TrainingState, settings: TrainingSettings, whole: bool) -> Ended | None:
    """What ends the run after this epoch, if anything does; `whole` is whether the epoch had all of its batches."""
    if state.stop:
        return "hook"
    if 0 < settings.steps <= state.step:
        return "steps"
    if whole and state.epoch + 1 >= settings.epochs:
        return "epochs"
    if 0 < settings.patience <= state.epoch - state.best_epoch:
        return "patience"
    if 0 < settings.minutes * 60 <= state.seconds:
        return "minutes"
    return None


def _watched(batches: EpochBatches, state: TrainingState, progress: bool, taken: int) -> Iterable[Any]:
    """The batches left in the epoch, behind a progress bar if one is wanted and there is a terminal to show it on."""
    done = state.batch * taken
    if not (progress and state.is_main and sys.stderr.isatty()):
        return _left(batches, state.epoch, done)
    from rich.console import Console
    from rich.progress import track

    return track(
        _left(batches, state.epoch, done),
        f"epoch {state.epoch + 1}",
        total=len(batches),
        completed=done,
        console=Console(stderr=True),
        transient=True,
    )


def _left(batches: EpochBatches, epoch: int, done: int) -> Iterator[Any]:
    """The batches of an epoch but the first `done`; to walk past these changes no random state."""
    stream = iter(batches.epoch(epoch))
    if done:
        before = random_states()
        deque(islice(stream, done), maxlen=0)
        set_random_states(before)
    return stream
