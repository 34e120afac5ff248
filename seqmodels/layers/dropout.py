"""Locked ("variational") dropout (Gal & Ghahramani, 2016)."""

from __future__ import annotations

import torch
from torch import nn


class LockedDropout(nn.Module):
    """Dropout with one mask for all the steps of a sequence, new for each sequence and batch."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Drop whole features of `x` (batch, time, size) in training; pass it on otherwise."""
        if not self.training or self.p == 0:
            return x
        keep = torch.empty_like(x[:, :1]).bernoulli_(1 - self.p)  # (batch, 1, size)
        return x * (keep / max(1 - self.p, 1e-8))
