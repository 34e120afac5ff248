"""Tags chosen each by itself, with a softmax over the scores at its token."""

from __future__ import annotations

import torch

from seqmodels.heads.tag_decoder import TAG_DECODERS, TagDecoder
from seqmodels.heads.tag_schemes import Transitions
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
        mask = token_mask(lengths, emissions.shape[1])  # (batch, time)
        chosen = emissions.log_softmax(2).gather(2, tags.masked_fill(~mask, 0).unsqueeze(2)).squeeze(2)
        return chosen.masked_fill(~mask, 0.0).sum(1)

    def marginals(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Probability of each tag at each token: (batch, time, K), 0 beyond `lengths`."""
        return emissions.softmax(2) * token_mask(lengths, emissions.shape[1]).unsqueeze(2)

    def decode(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The best tag of each token: (batch, time), 0 beyond `lengths`."""
        return emissions.argmax(2).masked_fill(~token_mask(lengths, emissions.shape[1]), 0)
