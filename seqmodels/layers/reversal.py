"""Turning padded sequences round, so that a network that reads from left to right reads them from right to left."""

from __future__ import annotations

import torch

from seqmodels.layers.mask import token_mask


class Reversal:
    """Turns each sequence of a batch round within its own length; padding stays where it is."""

    def __init__(self, lengths: torch.Tensor, time: int) -> None:
        steps = torch.arange(time, device=lengths.device)
        self.mask = token_mask(lengths, time)  # (batch, time)
        source = torch.where(self.mask, lengths[:, None] - 1 - steps, steps)  # (batch, time)
        starts = torch.arange(len(lengths), device=lengths.device) * time
        self.order = (source + starts[:, None]).flatten()  # (batch * time,)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Reverse `x` (batch, time, size)."""
        reversed_x: torch.Tensor = _Permute.apply(x, self.order)  # type: ignore[no-untyped-call]
        return reversed_x


class _Permute(torch.autograd.Function):
    """Rows in an order that is its own inverse, and so is its own gradient: no scatter is needed."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(order)
        return x.flatten(0, 1).index_select(0, order).view(x.shape)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, grad: torch.Tensor) -> tuple[torch.Tensor, None]:
        (order,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return grad.flatten(0, 1).index_select(0, order).view(grad.shape), None
