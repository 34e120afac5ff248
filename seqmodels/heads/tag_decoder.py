"""What stands between the scores of tags and the tags: how likely a whole sequence of them is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import nn

from seqmodels.heads.tag_schemes import Transitions
from textprep.registry import Registry


class NBest(NamedTuple):
    """Some of the best tag sequences of each row, best first."""

    tags: torch.Tensor  # (batch, count, time), 0 beyond each row's length
    log_probabilities: torch.Tensor  # (batch, count), in nats; -inf where a row has no more sequences


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
            tags: The right tags, (batch, time); `IGNORED` where a tag is not known: the log-probability is then that of
                the known ones, summed over all taggings of the rest.
            lengths: Tokens in each row, (batch,); a row without tokens has log-probability 0.

        Raises:
            InputError: If a tag is none of the K, or the lengths do not fit.
        """

    @abstractmethod
    def marginals(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Probability of each tag at each token: (batch, time, K), 0 beyond `lengths`."""

    @abstractmethod
    def decode(
        self, emissions: torch.Tensor, lengths: torch.Tensor, allowed: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The best tag sequence of each row: (batch, time), 0 beyond `lengths`.

        Args:
            emissions: Score of every tag at every token, (batch, time, K).
            lengths: Tokens in each row, (batch,).
            allowed: True for the tags that a token may have, (batch, time, K), see `allowed_tags`; any if None. It
                holds even where no legal sequence agrees with it.

        Raises:
            InputError: If no tag is allowed at some token.
        """

    @abstractmethod
    def n_best(
        self, emissions: torch.Tensor, lengths: torch.Tensor, count: int, allowed: torch.Tensor | None = None
    ) -> NBest:
        """The `count` best tag sequences of each row that are legal and allowed, see `decode`.

        Raises:
            ConfigError: If `count` is below 1.
            InputError: If no tag is allowed at some token.
        """


TAG_DECODERS: Registry[type[TagDecoder]] = Registry("tag decoder", "seqmodels.heads")
