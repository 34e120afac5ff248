"""A tag for each token: scores from the encoder's output, and a CRF or a softmax that makes tags of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from torch import nn

from seqmodels.heads.tag_decoder import TAG_DECODERS, NBest
from seqmodels.heads.tag_schemes import legal_transitions
from seqmodels.layers.dropout import LockedDropout
from seqmodels.layers.encoder import Encoder
from textprep.settings import OneOf, Share


@dataclass(frozen=True)
class TagHeadSettings:
    """How a `TagHead` is built."""

    scheme: Literal["bioes", "iob2", "iob1", "none"] = "bioes"
    """Tag scheme that the model learns and that its CRF keeps to: bioes, iob2 or iob1; none if any tag may
    follow any other, as with parts of speech."""
    decoder: Annotated[str, OneOf(TAG_DECODERS)] = "crf"
    """What makes tags of scores: crf, which knows what may follow what, or softmax, each token by itself."""
    output_dropout: Share = 0.5
    """Locked dropout on the encoder's output."""

    def build(self, encoder: Encoder, tags: Sequence[str]) -> TagHead:
        """The head for an encoder, with tags of these names."""
        return TagHead(self, encoder, tags)


class TagHead(nn.Module):
    """Gives each token a tag.

    Args:
        settings: How it is built.
        encoder: Whose output it takes.
        tags: Names of the K tags, in the order of their ids.

    Raises:
        ConfigError: If the scheme is not known.
        InputError: If a tag does not belong to a scheme.
    """

    def __init__(self, settings: TagHeadSettings, encoder: Encoder, tags: Sequence[str]) -> None:
        super().__init__()
        self.dropout = LockedDropout(settings.output_dropout)
        self.output = nn.Linear(encoder.output_size, len(tags))
        legal = None if settings.scheme == "none" else legal_transitions(tags, settings.scheme)
        self.decoder = TAG_DECODERS[settings.decoder](len(tags), legal)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The score of every tag at every token, (batch, time, K), from `x` (batch, time, size)."""
        scores: torch.Tensor = self.output(self.dropout(x))
        return scores.float()

    def loss(self, scores: torch.Tensor, targets: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Negative log-likelihood in nats of the right tags (batch, time), the mean over rows.

        Tags that are not known are `IGNORED`; InputError for one that there is not, see `TagDecoder`.
        """
        with torch.autocast(scores.device.type, enabled=False):  # log-likelihoods want full precision
            return -self.decoder.log_likelihood(scores, targets, lengths).mean()

    def decode(self, scores: torch.Tensor, lengths: torch.Tensor, allowed: torch.Tensor | None = None) -> torch.Tensor:
        """The best tags of those that are allowed, see `TagDecoder`: (batch, time), 0 in the padding."""
        return self.decoder.decode(scores, lengths, allowed)

    def n_best(
        self, scores: torch.Tensor, lengths: torch.Tensor, count: int, allowed: torch.Tensor | None = None
    ) -> NBest:
        """The `count` best taggings of each row and their log-probabilities, see `TagDecoder`."""
        return self.decoder.n_best(scores, lengths, count, allowed)

    def marginals(self, scores: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The probability of every tag at every token: (batch, time, K), 0 in the padding."""
        return self.decoder.marginals(scores, lengths)
