"""Transformer encoder (Vaswani et al., 2017), with layer norm before each part (Xiong et al., 2020: it then trains
without a long warm-up), sinusoidal positions, and a key/value cache where it reads from left to right only.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.mask import token_mask
from textprep.errors import ConfigError
from textprep.settings import Depth, Features, Share, Size


@ENCODERS.register("transformer")
@dataclass(frozen=True)
class TransformerSettings:
    """How a `TransformerEncoder` is built."""

    hidden_size: Features = 128
    """Features of each step, between layers and in the output; a multiple of the heads."""
    layers: Depth = 2
    """Transformer layers on top of each other."""
    heads: Size = 4
    """Attentions side by side in a layer."""
    inner_size: Features = 512
    """Units of the network that follows the attention in a layer."""
    dropout: Share = 0.1
    """Dropout on the input, on attention weights and on what each part of a layer adds."""
    causal: bool = False
    """Whether a step sees only itself and those before it, as language models need it."""

    def build(self, input_size: int) -> TransformerEncoder:
        """The encoder of vectors with `input_size` features."""
        return TransformerEncoder(
            input_size,
            self.hidden_size,
            layers=self.layers,
            heads=self.heads,
            inner_size=self.inner_size,
            dropout=self.dropout,
            causal=self.causal,
        )


class TransformerEncoder(Encoder):
    """A stack of self-attention layers over padded sequences.

    Its state, when it is causal, is which of the steps so far were tokens, (batch, past), and the keys and values of
    each layer, (batch, heads, past, hidden_size / heads) each.

    Args:
        input_size: Features of each step.
        hidden_size: Features of each step of the output.
        layers: Layers on top of each other.
        heads: Attentions side by side in a layer.
        inner_size: Units of each layer's feed-forward network.
        dropout: Dropout on the input, on attention weights and on what each part of a layer adds.
        causal: Whether a step sees only itself and those before it.

    Raises:
        ConfigError: If `hidden_size` is not a multiple of `heads`.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        layers: int = 2,
        heads: int = 4,
        inner_size: int = 512,
        dropout: float = 0.1,
        causal: bool = False,
    ) -> None:
        super().__init__()
        if hidden_size % heads:
            raise ConfigError(f"hidden_size must be a multiple of heads; {hidden_size} is none of {heads}")
        self.output_size, self.causal = hidden_size, causal
        self.project = nn.Linear(input_size, hidden_size)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(TransformerLayer(hidden_size, heads, inner_size, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden_size)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output is (batch, time, hidden_size)."""
        if state is not None and not self.causal:
            raise ConfigError(
                "a Transformer whose steps see those behind them cannot go on from a state; "
                "build it with causal = true, or give whole sequences"
            )
        mask = token_mask(lengths, x.shape[1])  # (batch, time)
        past, *cache = (mask[:, :0],) if state is None else state  # (batch, past)
        places = past.sum(1, keepdim=True) + torch.arange(x.shape[1], device=x.device)  # (batch, time)
        x = self.project(x)
        x = self.dropout(x + sinusoids(places, self.output_size).to(x.dtype))
        visible = visible_steps(past, mask, self.causal)
        after: State = (torch.cat([past, mask], 1),)
        for number, layer in enumerate(self.layers):
            x, *keys_values = layer(x, visible, cache[2 * number : 2 * number + 2])
            after += tuple(keys_values)
        return Encoded(self.norm(x) * mask.unsqueeze(-1), after if self.causal else None)


class TransformerLayer(nn.Module):
    """Attention, then a feed-forward network, each added to what it took in."""

    def __init__(self, size: int, heads: int, inner_size: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm, self.inner_norm = nn.LayerNorm(size), nn.LayerNorm(size)
        self.queries_keys_values = nn.Linear(size, 3 * size)
        self.attended = nn.Linear(size, size)
        self.inner, self.outer = nn.Linear(size, inner_size), nn.Linear(inner_size, size)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: torch.Tensor, visible: torch.Tensor, past: list[torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The layer's output (batch, time, size), and keys and values with those of the past before them.

        Args:
            x: (batch, time, size).
            visible: Which steps each step sees, (batch, 1, time, past + time).
            past: Keys and values of former steps, (batch, heads, past, size / heads) each; empty if there are none.
        """
        together = self.queries_keys_values(self.attention_norm(x))  # (batch, time, 3 * size)
        queries, keys, values = together.unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        if past:
            keys, values = torch.cat([past[0], keys], 2), torch.cat([past[1], values], 2)
        rate = self.dropout.p if self.training else 0.0
        seen = F.scaled_dot_product_attention(queries, keys, values, visible, rate)  # (batch, heads, time, head)
        x = x + self.dropout(self.attended(seen.transpose(1, 2).flatten(2)))
        return x + self.dropout(self.outer(F.gelu(self.inner(self.inner_norm(x))))), keys, values


def visible_steps(past: torch.Tensor, mask: torch.Tensor, causal: bool) -> torch.Tensor:
    """Which steps each step sees: those that are tokens, and itself, so that no step is left without any.

    Args:
        past: True where a former step was a token, (batch, past).
        mask: True where a step is a token, (batch, time).
        causal: Whether later steps are hidden.

    Returns:
        (batch, 1, time, past + time), one for all heads.
    """
    time = mask.shape[1]
    own = torch.ones(time, time, dtype=torch.bool, device=mask.device)
    present = (mask.unsqueeze(1) & (own.tril() if causal else own)) | torch.eye(time, device=mask.device).bool()
    return torch.cat([past.unsqueeze(1).expand(-1, time, -1), present], 2).unsqueeze(1)


def sinusoids(places: torch.Tensor, size: int) -> torch.Tensor:
    """Vectors that tell places: sin and cos by turns, of wave lengths from 2 pi to 20,000 pi: (*places, size)."""
    feature = torch.arange(size, device=places.device)
    angles = places.unsqueeze(-1) * 10_000.0 ** (-2 * (feature // 2) / size)
    return torch.where(feature % 2 == 0, angles.sin(), angles.cos())
