"""How the learning rate goes over a run: a warm-up, then one of several ways down.

Warm-up as in Goyal et al. (2017), the cosine from Loshchilov & Hutter, "SGDR" (2017), noam from Vaswani et al. (2017),
one-cycle from Smith & Topin (2018) in PyTorch's form, plateau as PyTorch's `ReduceLROnPlateau`. Right at both ends:
the first step already moves the weights, and beyond the last step the rate stays where it ended.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import wraps
from typing import NamedTuple, TypeAlias

from textprep.registry import Registry

WARMUP_SHARE = 0.1  # of a run that goes by time
CYCLE_RISE, CYCLE_START = 0.3, 1 / 25  # of one-cycle: the share of the run in which the rate rises, and where it begins


class Moment(NamedTuple):
    """A step of a run, as a schedule sees it; see `rate_factor`."""

    step: int
    steps: int
    warmup: int
    final: float
    time_spent: float
    left: float

    def progress(self, begin: int) -> float:
        """How much of the run from step `begin` on is over, 0..1."""
        return min(1.0, max((self.step - begin) / max(1, self.steps - begin), self.time_spent))


Schedule: TypeAlias = Callable[[Moment], float]
SCHEDULES: Registry[Schedule] = Registry(
    "schedule", "seqmodels.training.schedules", "seqmodels.transfer.slanted_triangular"
)


def after_warmup(schedule: Schedule) -> Schedule:
    """The schedule behind a warm-up, and going down to `final` in place of 0."""

    @wraps(schedule)
    def factor(moment: Moment) -> float:
        if moment.step < moment.warmup and moment.time_spent < WARMUP_SHARE:
            return max((moment.step + 1) / (moment.warmup + 1), moment.time_spent / WARMUP_SHARE)
        return moment.final + (1.0 - moment.final) * schedule(moment)

    return factor


@SCHEDULES.register("constant")
@after_warmup
def constant(moment: Moment) -> float:
    """The full rate throughout."""
    return 1.0


@SCHEDULES.register("linear")
@after_warmup
def linear(moment: Moment) -> float:
    """A straight line from 1 to 0."""
    return 1.0 - moment.progress(moment.warmup)


@SCHEDULES.register("cosine")
@after_warmup
def cosine(moment: Moment) -> float:
    """Half a cosine wave from 1 to 0."""
    return _half_wave(moment.progress(moment.warmup))


@SCHEDULES.register("noam")
@after_warmup
def noam(moment: Moment) -> float:
    """The inverse square root of the steps; with the peak (size * (warmup + 1)) ** -0.5 the rates of 2017."""
    return min(1.0, math.sqrt((moment.warmup + 1) / (moment.step + 1)))


@SCHEDULES.register("onecycle")
def one_cycle(moment: Moment) -> float:
    """Half a cosine wave up from 1/25 in the first 30 % of the run, then half a one down; it is its own warm-up."""
    progress = moment.progress(0)
    if progress < CYCLE_RISE:
        return 1.0 - (1.0 - CYCLE_START) * _half_wave(progress / CYCLE_RISE)
    return moment.final + (1.0 - moment.final) * _half_wave((progress - CYCLE_RISE) / (1.0 - CYCLE_RISE))


@SCHEDULES.register("plateau")
@after_warmup
def plateau(moment: Moment) -> float:
    """The full rate, and less each time that the score has stood still, see `rate_left`."""
    return moment.left


def rate_factor(
    schedule: str,
    step: int,
    steps: int,
    warmup: int = 0,
    final: float = 0.0,
    *,
    time_spent: float = 0.0,
    left: float = 1.0,
) -> float:
    """What the peak learning rate is multiplied by at a step.

    Args:
        schedule: A name in `SCHEDULES`: "constant", "linear", "cosine", "noam", "onecycle" or "plateau".
        step: Updates made so far, from 0.
        steps: Updates of the whole run.
        warmup: Updates over which the rate rises in a straight line to its peak; the first is already above
            0.
        final: Where a decay ends, as a share of the peak.
        time_spent: Share of the time allowed that is over. The run is as far as the larger of this and of its share
            of steps says, and a warm-up takes no more than a tenth of the time.
        left: What the scores so far leave of the rate of "plateau", see `rate_left`.

    Raises:
        ConfigError: If the schedule is not known.
    """
    return SCHEDULES[schedule](Moment(step, steps, warmup, final, time_spent, left))


def rate_left(scores: Sequence[float], patience: int, factor: float) -> float:
    """What is left of the rate if it is multiplied by `factor` whenever the score has stood still.

    Args:
        scores: Of the evaluations so far, higher is better.
        patience: Evaluations in a row without a better score that are let pass.
        factor: Below 1; the next one counts again from 0.
    """
    best, still, left = -math.inf, 0, 1.0
    for score in scores:
        best, still = (score, 0) if score > best else (best, still + 1)
        if still > patience:
            left, still = left * factor, 0
    return left


def _half_wave(progress: float) -> float:
    """From 1 to 0."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))
