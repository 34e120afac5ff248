"""Sums over all tag sequences by the forward and the backward algorithm (Rabiner, 1989), in log space, on any device.

On a CPU `compiled_paths.py` is faster.
"""

from __future__ import annotations

import torch

from seqmodels.heads.chain_scores import ChainScores
from seqmodels.layers.mask import token_mask


def log_partition(emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor) -> torch.Tensor:
    """Log of the summed exp(score) of all tag sequences: (batch,), 0 for a row without tokens.

    Args:
        emissions: Score of every tag at every token, (batch, time, K), of a step or more.
        chain: Scores of what follows what.
        lengths: Tokens in each row, (batch,).
    """
    total = torch.logsumexp(_forward(emissions, chain, lengths)[-1] + chain.end, 1)  # (batch,)
    return total.masked_fill(lengths == 0, 0.0)


def marginals(emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor) -> torch.Tensor:
    """Probability of each tag at each token: (batch, time, K), 0 beyond `lengths`."""
    alphas, betas = _forward(emissions, chain, lengths), _backward(emissions, chain, lengths)
    both = torch.stack(alphas, 1) + torch.stack(betas, 1)  # (batch, time, K)
    return torch.softmax(both, 2) * token_mask(lengths, emissions.shape[1]).unsqueeze(2)


def _forward(emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor) -> list[torch.Tensor]:
    """For every step, the log of the summed exp(score) of all ways to each tag: time × (batch, K).

    Beyond a row's length its last values are carried on.
    """
    mask = token_mask(lengths, emissions.shape[1]).unsqueeze(2)  # (batch, time, 1)
    alphas = [chain.start + emissions[:, 0]]
    for t in range(1, mask.shape[1]):
        onward = torch.logsumexp(alphas[-1].unsqueeze(2) + chain.pairs, 1) + emissions[:, t]  # (batch, K)
        alphas.append(torch.where(mask[:, t], onward, alphas[-1]))
    return alphas


def _backward(emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor) -> list[torch.Tensor]:
    """For every step, the log of the summed exp(score) of all ways on from each tag: time × (batch, K)."""
    mask = token_mask(lengths, emissions.shape[1]).unsqueeze(2)  # (batch, time, 1)
    betas = [chain.end.expand_as(emissions[:, 0])]
    for t in range(mask.shape[1] - 1, 0, -1):
        onward = torch.logsumexp(chain.pairs + (emissions[:, t] + betas[-1]).unsqueeze(1), 2)  # (batch, K)
        betas.append(torch.where(mask[:, t], onward, betas[-1]))
    return betas[::-1]
