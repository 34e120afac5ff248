"""Sampling: words are drawn with the probabilities that the model gives them, or with sharper ones.

A word is found in the running sum of the probabilities by one uniform number. The numbers of a row depend on the seed
and the row's own number, so it gets the same text whatever is written beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.filters import min_p, strongest, top_p, typical
from seqmodels.generation.method import METHODS, Step, Stepwise, token_by_token
from seqmodels.generation.rules import Rules
from textprep.settings import Share, SizeOrNone, Within


@METHODS.register("sampling")
@dataclass(frozen=True)
class Sampling(Stepwise):
    """Draws each word; what narrows the choice is applied in the order of the fields."""

    temperature: Annotated[float, Within(0.001, 1000)] = 1.0
    """Scores are divided by this: below 1 the best words become likelier, above 1 the others; for 0 take greedy."""
    top_k: SizeOrNone = 0
    """Draw from this many best words; 0 from all."""
    top_p: Share = 1.0
    """Draw from the fewest best words that together have this probability; 1 from all."""
    min_p: Share = 0.0
    """Draw from words that are at least this share as probable as the best; 0 from all."""
    typical: Share = 1.0
    """Draw from words as surprising as is to be expected, which together have this probability; 1 from all."""
    seed: SizeOrNone = 0
    """Seed of the draws."""

    def steps(self, drafts: Drafts, rules: Rules) -> Iterator[Step]:
        """Write on until all texts have ended."""
        first, numbers = int(drafts.rows[0]), drafts.rows.tolist()
        draws = np.stack([np.random.default_rng([self.seed, row]).random(rules.max_tokens) for row in numbers])
        table = torch.from_numpy(draws.astype(np.float32)).to(drafts.rows.device)  # (rows, max_tokens)

        def choose(scores: torch.Tensor, drafts: Drafts) -> torch.Tensor:
            return self.chosen(scores, table[drafts.rows - first, drafts.said])

        return token_by_token(drafts, rules, choose)

    def chosen(self, scores: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
        """A word for each row of `scores` (rows, words), by `draws` (rows,) from 0..1: (rows,)."""
        scores = scores if self.temperature == 1 else scores / self.temperature
        words = None
        if self.top_k:
            scores, words = strongest(scores, self.top_k)  # (rows, k) each
        if self.top_p < 1:
            scores = top_p(scores, self.top_p)
        if self.min_p > 0:
            scores = min_p(scores, self.min_p)
        if self.typical < 1:
            scores = typical(scores, self.typical)
        places = drawn(scores, draws)
        return places if words is None else words.gather(1, places.unsqueeze(1)).squeeze(1)


def drawn(scores: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
    """Where `draws` (rows,), each from 0..1, fall in the probabilities of `scores` (rows, words): (rows,).

    Never on a word that is ruled out, unless all are.
    """
    sums = scores.softmax(1).cumsum(1)  # (rows, words)
    whole = sums[:, -1:].contiguous()
    places = torch.searchsorted(sums, draws.to(sums.dtype).unsqueeze(1) * whole, right=True)
    last = torch.searchsorted(sums, whole)  # the last word that adds to the sum
    return torch.minimum(places, last).squeeze(1).clamp(max=scores.shape[1] - 1)
