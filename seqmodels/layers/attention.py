"""Multi-head attention (Vaswani et al., 2017), of a sequence to itself or to another one.

    softmax(Q K^T / sqrt(head_size)) V

Query heads may share the keys and values of fewer heads (Ainslie et al., "GQA", 2023). A step that sees nothing gives
zeros, neither NaN nor the mean of all, also backwards. What a step does not see may be told by a mask of booleans, True
where it looks, or of numbers that are added to the scores, -inf where it does not.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.layers.key_value_cache import Slots
from seqmodels.layers.positions import rotate
from textprep.errors import ConfigError


def attention_weights(
    queries: torch.Tensor, keys: torch.Tensor, mask: torch.Tensor | None = None, causal: bool = False
) -> torch.Tensor:
    """How much each query looks at each key: (batch, heads, time, keys), 1 in all for a query, or 0 if it sees nothing.

    Args:
        queries: (batch, heads, time, head_size).
        keys: (batch, heads, keys, head_size).
        mask: What is seen, or what is added to the scores; of a shape that expands to the result's.
        causal: Whether key k is hidden from the queries before k, instead of a mask.
    """
    scores = queries @ keys.transpose(-2, -1) * queries.shape[-1] ** -0.5  # (batch, heads, time, keys)
    if causal:
        mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
    if mask is None:
        return torch.softmax(scores, -1)
    scores = scores.masked_fill(~mask, -torch.inf) if mask.dtype == torch.bool else scores + mask
    hidden = scores == -torch.inf
    # The lowest finite number rather than -inf: a query that sees nothing then stays free of NaN, also backwards.
    return torch.softmax(scores.masked_fill(hidden, torch.finfo(scores.dtype).min), -1).masked_fill(hidden, 0.0)


class Attention(nn.Module):
    """Heads that look at keys and take up values, and the matrix that puts together what they saw.

    With `keep_weights` the attention weights of the last pass are in `weights`, (batch, heads, time, keys), without
    gradient and before dropout; without it torch's fused kernel computes none, and `weights` is None.

    Args:
        size: Features of each step, in and out.
        heads: Query heads.
        key_value_heads: Heads of keys and values, each shared by as many query heads; 0 for one for each.
        dropout: Share of the attention weights that are dropped in training.
        biases: Whether the matrices add a bias.

    Raises:
        ConfigError: The heads cannot share the features, or the query heads the others, evenly.
    """

    def __init__(
        self, size: int, heads: int, key_value_heads: int = 0, dropout: float = 0.0, biases: bool = True
    ) -> None:
        super().__init__()
        if size % heads:
            raise ConfigError(f"hidden_size must be a multiple of heads; {size} is none of {heads}")
        self.heads, self.key_value_heads = heads, key_value_heads or heads
        if heads % self.key_value_heads:
            raise ConfigError(f"heads must be a multiple of key_value_heads; {heads} is none of {key_value_heads}")
        self.size, self.head_size = size, size // heads
        self.key_value_size = self.head_size * self.key_value_heads
        self.attended = nn.Linear(size, size, biases)
        self.dropout = dropout
        self.keep_weights = False
        self.weights: torch.Tensor | None = None

    def look(
        self,
        queries: torch.Tensor,
        keys: torch.Tensor,
        values: torch.Tensor,
        mask: torch.Tensor | None = None,
        causal: bool = False,
    ) -> torch.Tensor:
        """What the queries take up: (batch, time, size).

        Args:
            queries: (batch, heads, time, head_size).
            keys: (batch, key_value_heads, keys, head_size).
            values: As the keys.
            mask: See `attention_weights`.
            causal: See `attention_weights`.
        """
        keys, values = keys.to(queries.dtype), values.to(queries.dtype)
        mask = mask if mask is None or mask.dtype == torch.bool else mask.to(queries.dtype)
        rate = self.dropout if self.training else 0.0
        shared = self.heads // self.key_value_heads
        if self.keep_weights:
            weights = attention_weights(queries, keys.repeat_interleave(shared, 1), mask, causal)
            self.weights = weights.detach()
            seen = F.dropout(weights, rate) @ values.repeat_interleave(shared, 1)  # (batch, heads, time, head_size)
        else:
            self.weights = None
            seen = F.scaled_dot_product_attention(
                queries, keys, values, mask, rate, is_causal=causal, enable_gqa=shared > 1
            )
        attended: torch.Tensor = self.attended(seen.transpose(1, 2).flatten(2))
        return attended

    def by_heads(self, x: torch.Tensor) -> torch.Tensor:
        """The features of (batch, time, features), shared out to heads: (batch, time, heads, head_size)."""
        return x.view(*x.shape[:2], x.shape[2] // self.head_size, self.head_size)


class SelfAttention(Attention):
    """The steps of a sequence look at each other."""

    def __init__(
        self, size: int, heads: int, key_value_heads: int = 0, dropout: float = 0.0, biases: bool = True
    ) -> None:
        super().__init__(size, heads, key_value_heads, dropout, biases)
        self.queries_keys_values = nn.Linear(size, size + 2 * self.key_value_size, biases)

    def forward(
        self,
        x: torch.Tensor,
        mask: torch.Tensor | None = None,
        causal: bool = False,
        rotation: torch.Tensor | None = None,
        slots: Slots | None = None,
        past: tuple[torch.Tensor, ...] = (),
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What each step of `x` (batch, time, size) takes up, of the same shape, and the keys and values to be kept.

        Args:
            x: The steps.
            mask: What each sees of the former steps and of these; see `attention_weights`.
            causal: Whether each sees itself and those before it; only without a mask and a past.
            rotation: By what queries and keys are turned, see `rotate`.
            slots: Where the keys and values go; only with a past.
            past: Keys and values of former steps, (batch, key_value_heads, slots, head_size) each.
        """
        together, counts = self.by_heads(self.queries_keys_values(x)), [self.heads, *2 * [self.key_value_heads]]
        if rotation is None:
            parts = torch.split(together, counts, 2)
        else:
            turned, values = torch.split(together, [sum(counts[:2]), counts[2]], 2)
            parts = (*torch.split(rotate(turned, rotation), counts[:2], 2), values)
        queries, keys, values = (part.transpose(1, 2) for part in parts)  # (batch, heads, time, head_size) each
        if slots is None or not past:
            return self.look(queries, keys, values, mask, causal), keys, values
        keys, values = slots.append(past[0], keys), slots.append(past[1], values)
        seen = self.look(queries, keys[:, :, : slots.used], values[:, :, : slots.used], mask, causal)
        return seen, keys, values


class CrossAttention(Attention):
    """The steps of a sequence look at a source, whose keys and values are computed once.

    Args:
        source_size: Features of each step of the source; the rest is as for `Attention`.
    """

    def __init__(
        self,
        size: int,
        source_size: int,
        heads: int,
        key_value_heads: int = 0,
        dropout: float = 0.0,
        biases: bool = True,
    ) -> None:
        super().__init__(size, heads, key_value_heads, dropout, biases)
        self.queries = nn.Linear(size, size, biases)
        self.keys_values = nn.Linear(source_size, 2 * self.key_value_size, biases)

    def read(self, source: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Of a source (batch, keys, source_size) keys and values: (batch, key_value_heads, keys, head_size) each."""
        keys, values = self.by_heads(self.keys_values(source)).transpose(1, 2).chunk(2, 1)
        return keys, values

    def forward(
        self, x: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """What each step of `x` (batch, time, size) takes up of a source's `values`, of the same shape."""
        return self.look(self.by_heads(self.queries(x)).transpose(1, 2), keys, values, mask)
