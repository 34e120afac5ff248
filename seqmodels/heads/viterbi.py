"""The best tag sequence (Viterbi, 1967) and the best several (Seshadri & Sundberg, 1994), on any device.

On a CPU `compiled_paths.py` finds the one best sequence faster.
"""

from __future__ import annotations

import torch

from seqmodels.heads.allowed_tags import RULED_OUT
from seqmodels.heads.chain_scores import ChainScores
from seqmodels.layers.mask import token_mask


def best_sequence(emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor) -> torch.Tensor:
    """The best tag sequence of each row: (batch, time), 0 beyond `lengths`.

    Args:
        emissions: Score of every tag at every token, (batch, time, K), of a step or more.
        chain: Scores of what follows what.
        lengths: Tokens in each row, (batch,).
    """
    mask = token_mask(lengths, emissions.shape[1])  # (batch, time)
    into = chain.pairs.t().contiguous()  # (to, from): the maximum then runs over neighbours in memory
    best = chain.start + emissions[:, 0]  # (batch, K)
    stay = torch.arange(best.shape[1], device=best.device).expand_as(best)
    origins = []
    for t in range(1, mask.shape[1]):
        highest, origin = (best.unsqueeze(1) + into).max(2)  # (batch, K) each
        alive = mask[:, t, None]
        best = torch.where(alive, highest + emissions[:, t], best)
        origins.append(torch.where(alive, origin, stay))  # beyond the end, a tag comes from itself
    tag = (best + chain.end).argmax(1, keepdim=True)  # (batch, 1)
    return _walk_back(tag, origins).squeeze(1).masked_fill(~mask, 0)


def best_sequences(
    emissions: torch.Tensor, chain: ChainScores, lengths: torch.Tensor, count: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The `count` best tag sequences of each row, best first, (batch, count, time), and their scores, (batch, count).

    Where a row has fewer sequences without ruled-out tags, the scores of the others are -inf; a row without tokens has
    one, which scores 0.
    """
    batch, time, tags = emissions.shape
    empty = emissions.new_full((batch, count), -torch.inf)
    empty[:, 0] = 0.0
    if time == 0:
        return lengths.new_zeros(batch, count, 0), empty
    mask = token_mask(lengths, time)  # (batch, time)
    best = emissions.new_full((batch, tags, count), -torch.inf)  # the best ways to each tag
    best[:, :, 0] = chain.start + emissions[:, 0]
    stay = torch.arange(tags * count, device=best.device).expand(batch, -1)
    origins = []
    for t in range(1, time):
        ways = best.unsqueeze(3) + chain.pairs.unsqueeze(1)  # (batch, from, count, to)
        highest, origin = ways.flatten(1, 2).topk(count, 1)  # (batch, count, to) each
        alive = mask[:, t, None]
        onward = highest.transpose(1, 2) + emissions[:, t, :, None]  # (batch, to, count)
        best = torch.where(alive.unsqueeze(2), onward, best)
        origins.append(torch.where(alive, origin.transpose(1, 2).flatten(1), stay))  # (batch, K * count)
    scores, place = (best + chain.end.unsqueeze(1)).flatten(1).topk(count, 1)  # (batch, count) each
    sequences = _walk_back(place, origins).div(count, rounding_mode="floor")  # (batch, count, time)
    scores = torch.where(lengths.unsqueeze(1) == 0, empty, scores.masked_fill(scores < RULED_OUT / 2, -torch.inf))
    return sequences.masked_fill(~mask.unsqueeze(1), 0), scores


def _walk_back(place: torch.Tensor, origins: list[torch.Tensor]) -> torch.Tensor:
    """The places on the way to the last ones, (batch, ways), by where each place comes from: (batch, ways, time)."""
    path = [place]
    for origin in reversed(origins):
        path.append(origin.gather(1, path[-1]))
    return torch.stack(path[::-1], 2)
