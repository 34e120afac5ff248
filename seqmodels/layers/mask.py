"""Which steps of padded sequences are tokens, and which of them a step may see."""

from __future__ import annotations

import torch


def token_mask(lengths: torch.Tensor, time: int) -> torch.Tensor:
    """True where a row has a token: from `lengths` (batch,) a mask (batch, time)."""
    return torch.arange(time, device=lengths.device) < lengths[:, None]


def padding_mask(lengths: torch.Tensor, time: int) -> torch.Tensor | None:
    """True at the steps that any query may see, (batch, 1, 1, time); None where there is no padding to be hidden."""
    if not lengths.is_meta and bool((lengths >= time).all()):
        return None
    return token_mask(lengths, time)[:, None, None]


def causal_mask(places: torch.Tensor, keys: int) -> torch.Tensor:
    """True at the steps that are not later: from the queries' `places` (batch, time), (batch, 1, time, keys)."""
    return (torch.arange(keys, device=places.device) <= places.unsqueeze(-1)).unsqueeze(1)
