"""Which steps of padded sequences are tokens."""

from __future__ import annotations

import torch


def token_mask(lengths: torch.Tensor, time: int) -> torch.Tensor:
    """True where a row has a token: from `lengths` (batch,) a mask (batch, time)."""
    return torch.arange(time, device=lengths.device) < lengths[:, None]
