"""One vector for a sequence: its last state, mean, maximum, or an attention-weighted mean (Yang et al.,
2016).

Every pooling takes (batch, time, size) and a mask (batch, time), True where there is a token, and gives
(batch, size); padding has no influence and a row without tokens gives zeros.
"""

from __future__ import annotations

import torch
from torch import nn

from textprep.errors import unknown_name


class LastPooling(nn.Module):
    """The final state: the last step, and for a bidirectional encoder's second half the first step."""

    def __init__(self, size: int, bidirectional: bool = True) -> None:
        super().__init__()
        self.ahead = size // 2 if bidirectional else size

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size) to (batch, size)."""
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], x.shape[2])
        last = (mask.sum(1) - 1).clamp(min=0)  # (batch,)
        ahead = x[torch.arange(len(x), device=x.device), last, : self.ahead]  # (batch, ahead)
        return torch.cat([ahead, x[:, 0, self.ahead :]], -1) * mask.any(1, keepdim=True)


class MeanPooling(nn.Module):
    """The mean over the tokens."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size) to (batch, size)."""
        weights = mask.to(x.dtype)
        weights = weights / weights.sum(1, keepdim=True).clamp(min=1)  # (batch, time)
        return torch.bmm(weights.unsqueeze(1), x).squeeze(1)


class MaxPooling(nn.Module):
    """The maximum over the tokens, feature by feature."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size) to (batch, size)."""
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], x.shape[2])
        highest = x.masked_fill(~mask.unsqueeze(-1), torch.finfo(x.dtype).min).amax(1)  # (batch, size)
        return highest.masked_fill(~mask.any(1, keepdim=True), 0.0)


class AttentionPooling(nn.Module):
    """A mean weighted by softmax(u · tanh(W h + b)), with a learned query u."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.project = nn.Linear(size, size)
        self.query = nn.Linear(size, 1, bias=False)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size) to (batch, size)."""
        return torch.bmm(self.weights(x, mask).unsqueeze(1), x).squeeze(1)

    def weights(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """How much each token counts: (batch, time), summing to 1, or to 0 in a row without tokens."""
        scores = self.query(torch.tanh(self.project(x))).squeeze(-1)  # (batch, time)
        # The lowest finite number rather than -inf: a row without tokens then stays free of NaN, also
        # backwards.
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        return torch.softmax(scores, -1) * mask


POOLINGS = ("last", "mean", "max", "attention")


def make_pooling(name: str, size: int, bidirectional: bool) -> nn.Module:
    """The pooling called `name` over vectors of `size` features; ConfigError if there is none."""
    if name == "last":
        return LastPooling(size, bidirectional)
    if name == "mean":
        return MeanPooling()
    if name == "max":
        return MaxPooling()
    if name == "attention":
        return AttentionPooling(size)
    raise unknown_name("pooling", name, POOLINGS)
