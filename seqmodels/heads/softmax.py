"""Tags chosen each by itself, with a softmax over the scores at its token."""

from __future__ import annotations

import torch

from seqmodels.batches.plan import check_at_least_one
from seqmodels.heads.allowed_tags import restricted
from seqmodels.heads.chain_scores import ChainScores
from seqmodels.heads.labels import counted_targets
from seqmodels.heads.tag_decoder import TAG_DECODERS, NBest, TagDecoder
from seqmodels.heads.tag_schemes import Transitions
from seqmodels.heads.viterbi import best_sequences
from seqmodels.layers.mask import token_mask


@TAG_DECODERS.register("softmax")
class SoftmaxTags(TagDecoder):
    """Tags that are independent of each other, given the scores; where a scheme's rules matter, `CRF` keeps to them.

    Args:
        tags: Number of tags, K.
        legal: Has no meaning here: any tag may follow any other.
    """

    def __init__(self, tags: int, legal: Transitions | None = None) -> None:
        super().__init__(tags, legal)

    def log_likelihood(self, emissions: torch.Tensor, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Log-probability of `tags` (batch, time) in nats, see `TagDecoder`: (batch,)."""
        known = counted_targets(tags, lengths, emissions.shape[2])  # (batch, time)
        chosen = emissions.log_softmax(2).gather(2, tags.masked_fill(~known, 0).unsqueeze(2)).squeeze(2)
        return chosen.masked_fill(~known, 0.0).sum(1)

    def marginals(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Probability of each tag at each token: (batch, time, K), 0 beyond `lengths`."""
        return emissions.softmax(2) * token_mask(lengths, emissions.shape[1]).unsqueeze(2)

    def decode(
        self, emissions: torch.Tensor, lengths: torch.Tensor, allowed: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The best tag of each token that it may have, see `TagDecoder`: (batch, time), 0 beyond `lengths`."""
        best = restricted(emissions, allowed, lengths).argmax(2)
        return best.masked_fill(~token_mask(lengths, emissions.shape[1]), 0)

    @torch.no_grad()
    def n_best(
        self, emissions: torch.Tensor, lengths: torch.Tensor, count: int, allowed: torch.Tensor | None = None
    ) -> NBest:
        """The `count` best tag sequences of each row that are allowed, see `TagDecoder`."""
        check_at_least_one(count=count)
        log_probabilities = restricted(emissions.log_softmax(2), allowed, lengths)  # (batch, time, K)
        tags = emissions.shape[2]
        free = ChainScores(*(emissions.new_zeros(shape) for shape in ((tags, tags), (tags,), (tags,))))
        return NBest(*best_sequences(log_probabilities, free, lengths, count))
