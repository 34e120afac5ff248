"""What may be said next and when a text ends, whatever the method that chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.filters import no_repeat, only, repetition_penalty
from seqmodels.generation.phrases import Phrases


@dataclass(frozen=True)
class Rules:
    """The rules of one call of `generate`; `Decoding` tells what the numbers mean."""

    max_tokens: int
    min_tokens: int = 0
    repetition_penalty: float = 1.0
    no_repeat: int = 0
    stop: Phrases = field(default_factory=Phrases)
    """With one of these a text ends, if all of it has been said, not given."""
    banned: Phrases = field(default_factory=Phrases)
    """None of these is ever said, also where its beginning was given."""
    forced: Mapping[int, int] = field(default_factory=dict)
    """What must be said as which token, counted from 0, or from the last that there may be, -1."""

    def applied(self, scores: torch.Tensor, drafts: Drafts) -> torch.Tensor:
        """The scores (rows, words) of what may be said next."""
        said = drafts.said
        forced = self.forced.get(said, self.forced.get(said - self.max_tokens))
        if forced is not None:
            return only(scores, forced)
        if self.repetition_penalty != 1:
            scores = repetition_penalty(scores, drafts.history, self.repetition_penalty)
        if self.no_repeat:
            scores = no_repeat(scores, drafts.history, self.no_repeat)
        if len(self.banned):
            scores = self.banned.ruled_out(scores, drafts.history)
        if said < self.min_tokens and len(self.stop):
            scores = self.stop.ruled_out(scores, drafts.new)
        return scores
