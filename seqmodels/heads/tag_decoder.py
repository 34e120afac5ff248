"""What stands between the scores of tags and the tags: how likely a whole sequence of them is."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import nn

from seqmodels.heads.tag_schemes import Transitions
from textprep.registry import Registry


class TagDecoder(nn.Module, ABC):
    """Probabilities of tag sequences, given the score of every tag at every token.

    Args:
        tags: Number of tags, K.
        legal: Which sequences may occur; all if None.
    """

    @abstractmethod
    def __init__(self, tags: int, legal: Transitions | None = None) -> None:
        super().__init__()

    @abstractmethod
    def log_likelihood(self, emissions: torch.Tensor, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Log-probability in nats of `tags` (batch, time), whatever stands beyond `lengths`: (batch,).

        Args:
            emissions: Score of every tag at every token, (batch, time, K).
            tags: The right tags, (batch, time).
            lengths: Tokens in each row, (batch,); a row without tokens has log-probability 0.
        """

    @abstractmethod
    def marginals(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Probability of each tag at each token: (batch, time, K), 0 beyond `lengths`."""

    @abstractmethod
    def decode(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The best tag sequence of each row: (batch, time), 0 beyond `lengths`."""


TAG_DECODERS: Registry[type[TagDecoder]] = Registry("tag decoder", "seqmodels.heads")
