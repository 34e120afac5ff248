"""What changes the scores of the next token before one is chosen: pure functions over rows of scores.

Scores are (rows, words), not normalised; a word that is ruled out gets minus infinity. A history (rows, time) holds the
ids of each row so far with the newest at the right, and `NOTHING` to the left of the beginning. Filters that keep some
words always keep one, unless all were ruled out before.
"""

from __future__ import annotations

import math

import torch

NOTHING = -1
"""What stands in a history where there is no token."""
OUT = -torch.inf
MANY = 20_000
"""Scores from which on a quicker way to the best ones is worth its steps."""


def repetition_penalty(scores: torch.Tensor, history: torch.Tensor, penalty: float) -> torch.Tensor:
    """Make words less likely that the history has (CTRL: Keskar et al., 2019): scores above 0 are divided by the
    penalty, those below multiplied with it."""
    said = torch.where(history == NOTHING, history[:, -1:], history)  # (rows, time), all of them ids
    before = scores.gather(1, said)
    return scores.scatter(1, said, torch.where(before < 0, before * penalty, before / penalty))


def no_repeat(scores: torch.Tensor, history: torch.Tensor, size: int) -> torch.Tensor:
    """Rule out words with which `size` tokens in a row would come a second time (Paulus et al., 2018)."""
    time = history.shape[1]
    if time < size:
        return scores
    windows = history.unfold(1, size, 1)  # (rows, time - size + 1, size)
    ending = history[:, time + 1 - size :].unsqueeze(1)  # (rows, 1, size - 1)
    words = windows[..., -1]
    rows, places = ((windows[..., :-1] == ending).all(2) & (words != NOTHING)).nonzero(as_tuple=True)
    return scores.index_put((rows, words[rows, places]), scores.new_tensor(OUT))


def strongest(scores: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Top-k (Fan et al., 2018): the scores of the k best words, best first, and which words they are: (rows, k) each.

    The others are left behind, not ruled out: what comes after has so much less to do. Of a smaller vocabulary it is
    all words.
    """
    rows, words = scores.shape
    size = math.isqrt(words // k) if scores.numel() >= MANY else 1
    if size < 4:
        best = scores.topk(min(k, words))
        return best.values, best.indices
    # The k best lie in the k groups with the best maxima, or in the rest; a maximum is found much faster than an order.
    groups = words // size  # group g has the words g, g + groups, g + 2 * groups, ...
    maxima = scores[:, : groups * size].view(rows, size, groups).amax(1)  # (rows, groups)
    first = maxima.topk(k, sorted=False).indices.unsqueeze(2)  # (rows, k, 1)
    inside = (first + torch.arange(0, groups * size, groups, device=scores.device)).flatten(1)  # (rows, k * size)
    rest = torch.arange(groups * size, words, device=scores.device).expand(rows, -1)
    near = torch.cat([inside, rest], 1)
    best = scores.gather(1, near).topk(k)
    return best.values, near.gather(1, best.indices)


def top_p(scores: torch.Tensor, mass: float) -> torch.Tensor:
    """Keep the fewest best words that together have this probability (nucleus: Holtzman et al., 2020)."""
    ordered, words = scores.sort(dim=1, descending=True)
    probabilities = ordered.softmax(1)
    out = probabilities.cumsum(1) - probabilities >= mass  # what the better ones have is enough
    out[:, 0] = False
    return scores.masked_fill(torch.zeros_like(out).scatter(1, words, out), OUT)


def min_p(scores: torch.Tensor, share: float) -> torch.Tensor:
    """Keep words that are at least this share as probable as the best one (Nguyen et al., 2024)."""
    probabilities = scores.softmax(1)
    return scores.masked_fill(probabilities < share * probabilities.amax(1, keepdim=True), OUT)


def typical(scores: torch.Tensor, mass: float) -> torch.Tensor:
    """Keep the words whose surprise is nearest to the expected one, until they together have this probability (locally
    typical sampling: Meister et al., 2023)."""
    surprise = -scores.log_softmax(1)  # nats
    probabilities = scores.softmax(1)
    distance = (surprise - torch.special.entr(probabilities).sum(1, keepdim=True)).abs()
    nearest, words = distance.sort(dim=1)
    enough = (probabilities.gather(1, words).cumsum(1) < mass).sum(1, keepdim=True)  # (rows, 1)
    return scores.masked_fill(distance > nearest.gather(1, enough.clamp(max=scores.shape[1] - 1)), OUT)


def only(scores: torch.Tensor, word: int) -> torch.Tensor:
    """Rule out all words but one."""
    alone = torch.full_like(scores, OUT)
    alone[:, word] = 0.0
    return alone
