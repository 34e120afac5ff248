"""What a CRF needs of all its tag sequences, on a CPU, by compiled kernels (`crf_kernels.py`).

The derivative is written out: that of log Z by a score is how often the score is used in the mean over all sequences,
and that of a sequence's score how often the sequence uses it. So nothing of the way through time is kept for autograd.
Derivatives of derivatives cannot be had.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.autograd.function import once_differentiable

from seqmodels.heads.chain_scores import ChainScores


def log_partition(emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor) -> torch.Tensor:
    """Log of the summed exp(score) of all tag sequences, see `path_sums`: (batch,)."""
    total: torch.Tensor = _Surprise.apply(emissions, *chain, lengths, None)  # type: ignore[no-untyped-call]
    return total


def log_likelihood(
    emissions: torch.Tensor, chain: ChainScores, tags: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    """Log-probability of `tags` (batch, time), which must be tags up to `lengths`: (batch,)."""
    surprise: torch.Tensor = _Surprise.apply(emissions, *chain, lengths, tags)  # type: ignore[no-untyped-call]
    return -surprise


def best_sequence(emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor) -> torch.Tensor:
    """The best tag sequence of each row, see `viterbi`: (batch, time)."""
    from seqmodels.heads.crf_kernels import best_sequences

    best = np.zeros(emissions.shape[:2], np.int64)
    best_sequences(*map(_doubles, (emissions, *chain)), lengths.numpy(), best)
    return torch.from_numpy(best)


class _Surprise(torch.autograd.Function):
    """log Z, less the score of the given tags if there are any: (batch,)."""

    @staticmethod
    def forward(
        ctx: Any,
        emissions: torch.Tensor,
        pairs: torch.Tensor,
        start: torch.Tensor,
        end: torch.Tensor,
        lengths: torch.Tensor,
        tags: torch.Tensor | None,
    ) -> torch.Tensor:
        from seqmodels.heads.crf_kernels import score_sequences, sum_sequences

        ctx.scores = [_doubles(each) for each in (emissions, pairs, start, end)]
        ctx.lengths, ctx.tags = lengths.numpy(), None if tags is None else tags.numpy()
        ctx.kinds = emissions.dtype, pairs.dtype
        ctx.sums = np.empty(emissions.shape), np.empty(emissions.shape), np.empty(len(lengths))
        sum_sequences(*ctx.scores, ctx.lengths, *ctx.sums)
        result = ctx.sums[-1]  # (batch,)
        if ctx.tags is not None:
            score = np.empty_like(result)
            score_sequences(*ctx.scores, ctx.lengths, ctx.tags, score)
            result = result - score
        return torch.from_numpy(result).to(emissions.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        from seqmodels.heads.crf_kernels import count_sequences, expect_counts

        emissions, pairs, _, end = ctx.scores
        rows, lengths = _doubles(gradient), ctx.lengths  # (batch,) each
        tags, moves = np.zeros(emissions.shape), np.zeros(pairs.shape)
        expect_counts(emissions, pairs, end, lengths, *ctx.sums, rows, tags, moves)
        if ctx.tags is not None:
            count_sequences(lengths, ctx.tags, -rows, tags, moves)
        last = tags[np.arange(len(lengths)), lengths - 1]  # (batch, K); a row without tokens has zeros everywhere
        counts = tags, moves, tags[:, 0].sum(0), last.sum(0)
        kinds = (ctx.kinds[0], *[ctx.kinds[1]] * 3)
        return *(torch.from_numpy(each).to(kind) for each, kind in zip(counts, kinds, strict=True)), None, None


def _doubles(scores: torch.Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = scores.detach().double().contiguous().numpy()
    return array
