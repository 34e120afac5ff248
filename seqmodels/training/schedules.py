"""How the learning rate goes over a run: linear warm-up, then constant, linear or cosine decay.

Warm-up as in Goyal et al. (2017), the cosine from Loshchilov & Hutter, "SGDR" (2017). Right at both ends:
the first step already moves the weights, and beyond the last step the rate stays where it ended.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from textprep.errors import unknown_name


def constant(progress: float) -> float:
    """The full rate throughout."""
    return 1.0


def linear(progress: float) -> float:
    """A straight line from 1 to 0."""
    return 1.0 - progress


def cosine(progress: float) -> float:
    """Half a cosine wave from 1 to 0."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


SCHEDULES: dict[str, Callable[[float], float]] = {"constant": constant, "linear": linear, "cosine": cosine}


def rate_factor(schedule: str, step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """What the peak learning rate is multiplied by at a step.

    Args:
        schedule: "constant", "linear" or "cosine".
        step: Updates made so far, from 0.
        steps: Updates of the whole run.
        warmup: Updates over which the rate rises in a straight line to its peak; the first is already above
            0.
        final: Where a decay ends, as a share of the peak.

    Raises:
        ConfigError: If the schedule is not known.
    """
    if schedule not in SCHEDULES:
        raise unknown_name("schedule", schedule, SCHEDULES)
    if step < warmup:
        return (step + 1) / (warmup + 1)
    progress = min(1.0, (step - warmup) / max(1, steps - warmup))
    return final + (1.0 - final) * SCHEDULES[schedule](progress)
