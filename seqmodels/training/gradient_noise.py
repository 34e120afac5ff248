"""Noise on gradients that dies away (Neelakantan et al., "Adding Gradient Noise Improves Learning for Very Deep
Networks", 2015): normal, of variance eta / (1 + t) ** 0.55 at step t.

It is drawn from numbers of its own, which follow from the seed and the step, so that a resumed run and all of several
processes have the same noise, and dropout falls as it does without.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch

GAMMA = 0.55


@torch.no_grad()
def add_noise(weights: Iterable[torch.Tensor], eta: float, step: int, seed: int) -> None:
    """Add noise to the gradients of `weights` that have one, unless `eta` is 0."""
    if eta == 0:
        return
    deviation = (eta / (1 + step) ** GAMMA) ** 0.5
    numbers: torch.Generator | None = None
    mixed = int(np.random.SeedSequence((seed, step)).generate_state(1)[0])  # torch takes but 32 bits of a seed
    for weight in weights:
        if weight.grad is not None:
            numbers = numbers or torch.Generator(weight.device).manual_seed(mixed)
            noise = torch.randn(weight.shape, generator=numbers, device=weight.device, dtype=weight.grad.dtype)
            weight.grad.add_(noise, alpha=deviation)
