"""The arithmetic of the forward pass: full precision, or bfloat16 where torch's autocast allows it."""

from __future__ import annotations

import torch


def takes_bfloat16(precision: str, device: str) -> bool:
    """Whether the forward pass runs in bfloat16: if asked for, or with "auto" on hardware with units for it."""
    if precision != "auto":
        return precision == "bfloat16"
    if device == "cuda":
        return torch.cuda.is_bf16_supported()
    return device == "cpu" and bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())
