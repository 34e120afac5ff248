"""Cross-entropy of a linear layer over many words, without a matrix of all its scores.

Scores are made for some rows at a time, and what the loss and its derivative need of them is taken at once: softmax
less target, times the words' vectors, and times the rows. So (rows, words) numbers never exist, neither on the way nor
for the gradient (the idea of Wijmans et al., "Cut your losses", 2024).
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

BLOCK = 1 << 22  # scores at a time


def linear_cross_entropy(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None,
    targets: torch.Tensor,
    smoothing: float = 0.0,
) -> torch.Tensor:
    """The sum of -log p over rows, in nats, where p is the softmax of `x @ weight.T + bias` at the targets.

    Derivatives of derivatives cannot be had where there are many scores.

    Args:
        x: The rows, (rows, size).
        weight: The words' vectors, (words, size).
        bias: Of each word, (words,).
        targets: The right word of each row, (rows,).
        smoothing: Share of the target's probability that is spread evenly over all words.
    """
    if len(x) * len(weight) <= BLOCK:  # so few that torch may keep them
        scores = F.linear(x, weight, bias).to(weight.dtype)
        return F.cross_entropy(scores, targets, reduction="sum", label_smoothing=smoothing)
    learned = torch.is_grad_enabled() and any(each is not None and each.requires_grad for each in (x, weight, bias))
    total: torch.Tensor = _LinearCrossEntropy.apply(x, weight, bias, targets, smoothing, learned)  # type: ignore[no-untyped-call]
    return total


def row_blocks(rows: int, words: int) -> list[slice]:
    """The rows in blocks, whose scores are made together."""
    size = max(1, BLOCK // words)
    return [slice(begin, begin + size) for begin in range(0, rows, size)]


class _LinearCrossEntropy(torch.autograd.Function):
    """The loss and, if anything is to be `learned`, its gradients at once, block by block."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        targets: torch.Tensor,
        smoothing: float,
        learned: bool,
    ) -> torch.Tensor:
        words = len(weight)
        gradients = [None if each is None else torch.zeros_like(each) for each in (x, weight, bias) if learned]
        total = torch.zeros((), dtype=weight.dtype, device=x.device)
        for block in row_blocks(len(x), words):
            scores = F.linear(x[block], weight, bias).to(weight.dtype)  # (block, words)
            target = targets[block].unsqueeze(1)  # (block, 1)
            log_sum, right = scores.logsumexp(1, keepdim=True), scores.gather(1, target)  # (block, 1) each
            total += log_sum.sum() - (1 - smoothing) * right.sum()
            if smoothing:
                total -= smoothing * scores.mean(1).sum()
            if learned:
                error = scores.sub_(log_sum).exp_()  # (block, words)
                error -= smoothing / words
                error.scatter_add_(1, target, torch.full_like(right, smoothing - 1))
                _add_gradients(gradients, block, error, x[block], weight)
        ctx.gradients = gradients
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        given = (None if each is None else each * gradient.to(each.dtype) for each in ctx.gradients)
        return *given, None, None, None


def _add_gradients(
    gradients: list[torch.Tensor | None], block: slice, error: torch.Tensor, x: torch.Tensor, weight: torch.Tensor
) -> None:
    """Add what follows from the derivative by a block's scores to the gradients of rows, weight and bias."""
    of_x, of_weight, of_bias = gradients
    assert of_x is not None
    assert of_weight is not None
    of_x[block] = error @ weight
    of_weight += error.t() @ x.to(error.dtype)
    if of_bias is not None:
        of_bias += error.sum(0)
