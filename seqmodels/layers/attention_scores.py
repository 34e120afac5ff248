"""Attention of a decoder to its source, by how well a query q and a key k agree:

| name | score | source |
|---|---|---|
| `dot` | q · k | Luong et al., 2015 |
| `scaled` | q · k / sqrt(size) | Vaswani et al., 2017 |
| `multiplicative` | q · W k | Luong et al., 2015, "general" |
| `additive` | v · tanh(W q + U k + b) | Bahdanau et al., 2015 |

What depends on the keys alone is computed once for a source (`prepared`), however many queries follow.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import nn
from torch.nn import functional as F

from textprep.errors import ConfigError
from textprep.registry import Registry


class SourceAttention(nn.Module, ABC):
    """Gives each query the mean of a source's vectors, each weighted by how well it agrees with the query.

    Attributes:
        keep_weights: Whether a forward pass leaves the weights in `weights`.
        weights: Those of the last forward pass, (batch, 1, time, keys), detached; None unless they were to be kept.

    Args:
        query_size: Features of a query.
        source_size: Features of a vector of the source.
        size: Features in which the two are compared, where that is free (`additive`).
    """

    def __init__(self, query_size: int, source_size: int, size: int) -> None:
        super().__init__()
        self.keep_weights = False
        self.weights: torch.Tensor | None = None

    def prepared(self, source: torch.Tensor) -> torch.Tensor:
        """The keys of a source (batch, keys, source_size): (batch, keys, size of a key)."""
        return source

    @abstractmethod
    def scores(self, queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
        """How well queries (batch, time, query_size) and prepared keys agree: (batch, time, keys)."""

    def forward(
        self, queries: torch.Tensor, keys: torch.Tensor, source: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """What each query sees of the source: (batch, time, source_size), zeros where the source is empty.

        Args:
            queries: (batch, time, query_size).
            keys: As `prepared` made them of the source.
            source: (batch, keys, source_size).
            mask: True where the source has a step, (batch, keys).
        """
        weights = masked_softmax(self.scores(queries, keys), mask.unsqueeze(1))  # (batch, time, keys)
        self.weights = weights.detach().unsqueeze(1) if self.keep_weights else None
        return weights @ source


ATTENTIONS: Registry[type[SourceAttention]] = Registry("attention", __name__)
"""The attentions by the names of their scores."""


class _ProductAttention(SourceAttention):
    """The score is the product of a query and a key, times `scale`: torch has it as one operation."""

    scale = 1.0

    def scores(self, queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
        """How well queries and keys agree: (batch, time, keys)."""
        return (queries * self.scale) @ keys.transpose(1, 2)

    def forward(
        self, queries: torch.Tensor, keys: torch.Tensor, source: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """What each query sees of the source: (batch, time, source_size), see `SourceAttention.forward`."""
        if self.keep_weights or source.shape[1] == 0:
            return super().forward(queries, keys, source, mask)
        self.weights = None
        mask = mask.unsqueeze(1)  # (batch, 1, keys)
        some = mask.any(2, keepdim=True)  # (batch, 1, 1)
        return F.scaled_dot_product_attention(queries, keys, source, mask | ~some, scale=self.scale) * some


@ATTENTIONS.register("dot")
class DotAttention(_ProductAttention):
    """q · k; ConfigError unless queries and keys have one size."""

    def __init__(self, query_size: int, source_size: int, size: int) -> None:
        super().__init__(query_size, source_size, size)
        if query_size != source_size:
            raise ConfigError(
                f"this attention multiplies queries of {query_size} features with keys of {source_size}, which must "
                "be as many; choose multiplicative or additive, or another hidden_size"
            )


@ATTENTIONS.register("scaled")
class ScaledAttention(DotAttention):
    """q · k / sqrt(size); ConfigError unless queries and keys have one size."""

    def __init__(self, query_size: int, source_size: int, size: int) -> None:
        super().__init__(query_size, source_size, size)
        self.scale = query_size**-0.5


@ATTENTIONS.register("multiplicative")
class MultiplicativeAttention(_ProductAttention):
    """q · W k."""

    def __init__(self, query_size: int, source_size: int, size: int) -> None:
        super().__init__(query_size, source_size, size)
        self.of_keys = nn.Linear(source_size, query_size, bias=False)
        nn.init.xavier_uniform_(self.of_keys.weight)

    def prepared(self, source: torch.Tensor) -> torch.Tensor:
        """W k of each vector of the source: (batch, keys, query_size)."""
        keys: torch.Tensor = self.of_keys(source)
        return keys


@ATTENTIONS.register("additive")
class AdditiveAttention(SourceAttention):
    """v · tanh(W q + U k + b)."""

    def __init__(self, query_size: int, source_size: int, size: int) -> None:
        super().__init__(query_size, source_size, size)
        self.of_queries = nn.Linear(query_size, size, bias=False)
        self.of_keys = nn.Linear(source_size, size)
        self.together = nn.Linear(size, 1, bias=False)
        for linear in (self.of_queries, self.of_keys, self.together):
            nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(self.of_keys.bias)

    def prepared(self, source: torch.Tensor) -> torch.Tensor:
        """U k + b of each vector of the source: (batch, keys, size)."""
        keys: torch.Tensor = self.of_keys(source)
        return keys

    def scores(self, queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
        """How well queries and keys agree: (batch, time, keys)."""
        both = torch.tanh(self.of_queries(queries).unsqueeze(2) + keys.unsqueeze(1))  # (batch, time, keys, size)
        return self.together(both).squeeze(-1)


def masked_softmax(scores: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Softmax over the last dimension where `mask` is True, and 0 elsewhere; a row without any True is all zeros.

    Args:
        scores: (..., keys).
        mask: What may be seen; its shape extends to that of the scores.
    """
    seen = mask | ~mask.any(-1, keepdim=True)  # a row that sees nothing has a softmax too, which is put out below
    return torch.softmax(scores.masked_fill(~seen, -torch.inf), -1) * mask
