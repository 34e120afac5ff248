"""Contrastive search (Su et al., "A Contrastive Framework for Neural Text Generation", 2022): of the likeliest words
the one whose vector is not too much like one of those before.

Of k candidates v that is the highest (1 - a) p(v) - a max_j cos(h_v, h_j), with h the last layer's vectors of the
candidate and of every token before it. All candidates are read at once, as rows of their own, and the rows that were
not chosen dropped; so a token costs one pass over k times the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.filters import strongest
from seqmodels.generation.method import METHODS, Step, Stepwise, check_words
from seqmodels.generation.next_token import NextHidden
from seqmodels.generation.rules import Rules
from seqmodels.layers.mask import token_mask
from textprep.errors import ConfigError
from textprep.settings import Share, Size


@METHODS.register("contrastive")
@dataclass(frozen=True)
class Contrastive(Stepwise):
    """Says the best of some likely words that does not repeat what was meant before; the model is a `NextHidden`."""

    candidates: Size = 4
    """Likeliest words that are looked at."""
    penalty: Share = 0.6
    """How much likeness to earlier tokens counts, against probability; 0 is greedy."""

    def check(self, drafts: Drafts) -> None:
        """Raise ConfigError if the model shows no vectors."""
        if not isinstance(drafts.model, NextHidden):
            name = type(drafts.model).__name__
            raise ConfigError(f"contrastive search needs a model with next_hidden, and {name} has none; use sampling")

    def steps(self, drafts: Drafts, rules: Rules) -> Iterator[Step]:
        """Write on until all texts have ended."""
        scores, hidden, lengths = drafts.read_hidden()
        past = F.normalize(hidden, dim=2)  # (rows, time, size)
        known = token_mask(lengths, past.shape[1])  # (rows, time)
        while True:
            count = len(drafts)
            allowed = rules.applied(scores, drafts)  # (rows, words)
            check_words(allowed.amax(1), drafts.rows)
            probabilities, words = strongest(allowed.softmax(1), self.candidates)  # (rows, k)
            log_probabilities = scores.gather(1, words) - scores.logsumexp(1, keepdim=True)  # (rows, k)

            k = words.shape[1]
            rows = torch.arange(count, device=words.device)
            drafts.choose(rows.repeat_interleave(k))
            drafts.say(words.flatten())
            tried, hidden, lengths = drafts.read_hidden()  # (rows * k, words), (rows * k, read, size)
            ends = hidden[torch.arange(count * k, device=words.device), lengths - 1]  # (rows * k, size)
            vectors = F.normalize(ends, dim=1).view(count, k, -1)  # (rows, k, size)
            likeness = (vectors @ past.mT).masked_fill(~known.unsqueeze(1), -1.0).amax(2)  # (rows, k)
            worth = (1 - self.penalty) * probabilities - self.penalty * likeness
            best = worth.masked_fill(probabilities == 0, -torch.inf).argmax(1)  # (rows,)
            drafts.choose(rows * k + best)

            said = words[rows, best]
            yield (step := Step(drafts.rows, said, log_probabilities[rows, best], rules.stop.ended(drafts.new)))
            going = (step.stop == 0).nonzero().squeeze(1)
            if drafts.said == rules.max_tokens or not len(going):
                return
            scores = tried[(rows * k + best)[going]]
            past = torch.cat([past, vectors[rows, best].unsqueeze(1)], 1)[going]
            known = F.pad(known, (0, 1), value=True)[going]
            drafts.choose(going)
