"""How the learning rate goes over a run: linear warm-up, then constant, linear or cosine decay.

Warm-up as in Goyal et al. (2017), the cosine from Loshchilov & Hutter, "SGDR" (2017). Right at both ends:
the first step already moves the weights, and beyond the last step the rate stays where it ended.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from textprep.registry import Registry

SCHEDULES: Registry[Callable[[float], float]] = Registry("schedule", "seqmodels.training.schedules")
WARMUP_SHARE = 0.1  # of a run that goes by time


@SCHEDULES.register("constant")
def constant(progress: float) -> float:
    """The full rate throughout."""
    return 1.0


@SCHEDULES.register("linear")
def linear(progress: float) -> float:
    """A straight line from 1 to 0."""
    return 1.0 - progress


@SCHEDULES.register("cosine")
def cosine(progress: float) -> float:
    """Half a cosine wave from 1 to 0."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


def rate_factor(
    schedule: str, step: int, steps: int, warmup: int = 0, final: float = 0.0, *, time_spent: float = 0.0
) -> float:
    """What the peak learning rate is multiplied by at a step.

    Args:
        schedule: A name in `SCHEDULES`: "constant", "linear" or "cosine".
        step: Updates made so far, from 0.
        steps: Updates of the whole run.
        warmup: Updates over which the rate rises in a straight line to its peak; the first is already above
            0.
        final: Where a decay ends, as a share of the peak.
        time_spent: Share of the time allowed that is over. The run is as far as the larger of this and of its share
            of steps says, and a warm-up takes no more than a tenth of the time.

    Raises:
        ConfigError: If the schedule is not known.
    """
    shape = SCHEDULES[schedule]
    if step < warmup and time_spent < WARMUP_SHARE:
        return max((step + 1) / (warmup + 1), time_spent / WARMUP_SHARE)
    progress = min(1.0, max((step - warmup) / max(1, steps - warmup), time_spent))
    return final + (1.0 - final) * shape(progress)
