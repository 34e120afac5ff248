"""One vector for a sequence: its last state, mean, maximum, or an attention-weighted mean (Yang et al., 2016).

Padding has no influence, and a row without tokens gives zeros.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import nn

from textprep.registry import Registry


class Pooling(nn.Module, ABC):
    """Makes one vector of a sequence of them.

    Args:
        size: Features of each step.
        bidirectional: Whether the second half of them has been read from right to left.
    """

    def __init__(self, size: int, bidirectional: bool = True) -> None:
        super().__init__()
        self.size, self.bidirectional = size, bidirectional

    @abstractmethod
    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size), with a mask (batch, time) that is True at tokens: (batch, size)."""


POOLINGS: Registry[type[Pooling]] = Registry("pooling", __name__)


@POOLINGS.register("last")
class LastPooling(Pooling):
    """The final state: the last step, and for a bidirectional encoder's second half the first step."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size) to (batch, size)."""
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], x.shape[2])
        last = (mask.sum(1) - 1).clamp(min=0)  # (batch,)
        ahead_size = self.size // 2 if self.bidirectional else self.size
        ahead = x[torch.arange(len(x), device=x.device), last, :ahead_size]  # (batch, ahead_size)
        return torch.cat([ahead, x[:, 0, ahead_size:]], -1) * mask.any(1, keepdim=True)


@POOLINGS.register("mean")
class MeanPooling(Pooling):
    """The mean over the tokens."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size) to (batch, size)."""
        weights = mask.to(x.dtype)
        weights = weights / weights.sum(1, keepdim=True).clamp(min=1)  # (batch, time)
        return torch.bmm(weights.unsqueeze(1), x).squeeze(1)


@POOLINGS.register("max")
class MaxPooling(Pooling):
    """The maximum over the tokens, feature by feature."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool `x` (batch, time, size) to (batch, size)."""
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], x.shape[2])
        highest = x.masked_fill(~mask.unsqueeze(-1), torch.finfo(x.dtype).min).amax(1)  # (batch, size)
        return highest.masked_fill(~mask.any(1, keepdim=True), 0.0)


@POOLINGS.register("attention")
class AttentionPooling(Pooling):
    """A mean weighted by softmax(u · tanh(W h + b)), with a learned query u."""

    def __init__(self, size: int, bidirectional: bool = True) -> None:
        super().__init__(size, bidirectional)
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
