"""What an encoder that looks a fixed way back must remember: the last steps that it has read."""

from __future__ import annotations

import torch


def behind_past(
    x: torch.Tensor, lengths: torch.Tensor, past: torch.Tensor, zeros: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Sequences behind what came before them, and what comes before their next part.

    Args:
        x: The sequences, (batch, time, size).
        lengths: Steps of each row, (batch,).
        past: The last steps before each row, zero where it had not begun, (batch, reach, size).
        zeros: Steps of zeros to be put behind the sequences.

    Returns:
        All in a row, (batch, reach + time + zeros, size), and the last steps at each row's own end,
        (batch, reach, size).
    """
    joined = torch.cat([past.to(x.dtype), x, x.new_zeros(len(x), zeros, x.shape[2])], 1)
    last = lengths[:, None] + torch.arange(past.shape[1], device=x.device)  # (batch, reach)
    return joined, joined[torch.arange(len(x), device=x.device)[:, None], last]
