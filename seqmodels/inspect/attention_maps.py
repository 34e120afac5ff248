"""Which tokens look at which: the weights of attentions, head by head, and through all layers.

Rollout (Abnar & Zuidema, "Quantifying Attention Flow in Transformers", 2020) follows the looks down to the input: a
layer's map is the mean of its heads and the way past them in equal shares, and layers are multiplied.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.inspect.watching import AnyAttention, kept_weights
from seqmodels.layers.attention import SelfAttention
from textprep.errors import InputError


@dataclass(frozen=True)
class AttentionMap:
    """How much each token looks at each other, in each head of one attention."""

    name: str
    queries: list[str]
    """The tokens that look."""
    keys: list[str]
    """Those that are looked at."""
    weights: NDArray[np.float32]  # (heads, queries, keys), 1 in all for a query, or 0 if it sees nothing

    def head(self, number: int) -> AttentionMap:
        """The map of one head, counted from 0: (1, queries, keys); InputError if there is none."""
        if not 0 <= number < len(self.weights):
            raise InputError(f"{self.name} has {len(self.weights)} heads, counted from 0, and no head {number}")
        return AttentionMap(f"{self.name}, head {number}", self.queries, self.keys, self.weights[number : number + 1])

    def mean(self) -> AttentionMap:
        """The mean of all heads: (1, queries, keys)."""
        name = f"{self.name}, mean of {len(self.weights)} heads"
        return AttentionMap(name, self.queries, self.keys, self.weights.mean(0, keepdims=True))


@dataclass(frozen=True)
class Rollout:
    """How much of each token's vector above the last layer comes from each token of the input."""

    tokens: list[str]
    weights: NDArray[np.float64]  # (tokens above, tokens of the input), 1 in all for a token above


def attention_maps(
    model: nn.Module,
    read: Callable[[], Any],
    tokens: Sequence[str],
    *,
    source: Sequence[str] | None = None,
    row: int = 0,
) -> list[AttentionMap]:
    """The maps of all attentions of a model, while it reads; it computes their weights openly for that.

    Args:
        model: The model.
        read: Has it read a batch: `lambda: model(batch)`.
        tokens: Those of the row; with a source, those of the target.
        source: Of a model from sequence to sequence, those that its `encoder` reads and its decoder looks at.
        row: Which row of the batch.

    Raises:
        InputError: The row has not as many tokens, or a decoder looks at a source whose tokens are not given.
    """
    maps = []
    for name, attention, weights in _kept(model, read):
        itself = isinstance(attention, SelfAttention)
        of_source = source is not None and name.startswith("encoder.")
        queries = source if of_source else tokens
        keys = queries if itself else source
        if queries is None or keys is None:
            raise InputError(f"{name} looks at a source", remedy="give its tokens as source")
        maps.append(_map(name, weights, list(queries), list(keys), row))
    return maps


def source_maps(
    model: nn.Module, read: Callable[[], Any], tokens: Sequence[str], source: Sequence[str], *, row: int = 0
) -> list[AttentionMap]:
    """Where a decoder looks in its source at each step: the maps of its attentions to the source, layer by layer.

    A recurrent decoder has one of a single head, the alignment of Bahdanau et al. (2015) and Luong et al. (2015).

    Args:
        model: A model from sequence to sequence, or its decoder.
        read: As for `attention_maps`.
        tokens: One for each step of the target: best what is written at that step, not what is read.
        source: The tokens that the decoder looks at.
        row: As for `attention_maps`.

    Raises:
        InputError: The row has not as many tokens.
    """
    return [
        _map(name, weights, list(tokens), list(source), row)
        for name, attention, weights in _kept(model, read)
        if not isinstance(attention, SelfAttention)
    ]


def _kept(model: nn.Module, read: Callable[[], Any]) -> list[tuple[str, AnyAttention, torch.Tensor]]:
    """The attentions that have looked while the model read, by their names, with their weights."""
    with kept_weights(model) as attentions, torch.no_grad():
        read()
        return [(name, each, each.weights) for name, each in attentions.items() if each.weights is not None]


def _map(name: str, weights: torch.Tensor, queries: list[str], keys: list[str], row: int) -> AttentionMap:
    rows, _, time, seen = weights.shape
    if not 0 <= row < rows or time < len(queries) or seen < len(keys):
        raise InputError(
            f"{name} has read {rows} rows of {time} steps that look at {seen}, and in row {row} {len(queries)} tokens "
            f"that look at {len(keys)} are to be shown",
            remedy="give the tokens of one row of the batch that is read",
        )
    shown = weights[row, :, : len(queries), : len(keys)].float().cpu().numpy()
    return AttentionMap(name, queries, keys, shown)


def attention_rollout(maps: Sequence[AttentionMap]) -> Rollout:
    """Attention through all layers.

    Args:
        maps: Of the self-attentions of a stack of layers, from the lowest up.

    Raises:
        InputError: There is none, or they are not of the same tokens.
    """
    if not maps or any(each.queries != maps[0].queries or each.keys != each.queries for each in maps):
        raise InputError("attention is followed through layers in which the same tokens look at each other")
    tokens = maps[0].queries
    through = np.eye(len(tokens))
    for each in maps:
        layer = (each.weights.mean(0, dtype=np.float64) + np.eye(len(tokens))) / 2  # (tokens, tokens)
        through = layer / layer.sum(1, keepdims=True) @ through
    return Rollout(list(tokens), through)
