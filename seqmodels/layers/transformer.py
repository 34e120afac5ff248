"""Transformer encoder (Vaswani et al., 2017); read from left to right only, with a key/value cache, it is a decoder
without a source.

| to be | settings beside the sizes |
|---|---|
| GPT-2 | `causal`, positions learned, activation gelu_tanh |
| BERT, DistilBERT | `input_norm`, positions learned, norm_place post, norm_epsilon 1e-12 |
| like Llama | `causal`, positions rotary, norm rms, activation swiglu, no biases, fewer key_value_heads |
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.initial_weights import fill_weights
from seqmodels.layers.key_value_cache import PARTS, first_slots, next_slots
from seqmodels.layers.mask import token_mask
from seqmodels.layers.transformer_layer import Entrance, Layer, LayerSettings
from textprep.errors import ConfigError


@ENCODERS.register("transformer")
@dataclass(frozen=True)
class TransformerSettings(LayerSettings):
    """How a `TransformerEncoder` is built."""

    causal: bool = False
    """Whether a step sees only itself and those before it, as language models need it."""

    def build(self, input_size: int) -> TransformerEncoder:
        """The encoder of vectors with `input_size` features."""
        return TransformerEncoder(self, input_size)


class TransformerEncoder(Encoder):
    """A stack of self-attention layers over padded sequences.

    Its state, when it is causal, is that of the slots of its keys and values (see `key_value_cache`), and the keys and
    values of each layer, (batch, key_value_heads, slots, hidden_size / heads) each.

    Args:
        settings: How it is built.
        input_size: Features of each step.

    Raises:
        ConfigError: Sizes and heads do not go together.
    """

    def __init__(self, settings: TransformerSettings, input_size: int) -> None:
        super().__init__()
        self.output_size, self.causal = settings.hidden_size, settings.causal
        self.entrance = Entrance(settings, input_size, settings.causal)
        self.context = self.entrance.positions.context
        self.layers = nn.ModuleList(Layer(settings) for _ in range(settings.layers))
        self.norm = settings.last_norm()
        fill_weights(self, settings.initial_weights)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output is (batch, time, hidden_size).

        Raises:
            InputError: A row is longer than the context of learned positions.
        """
        if state is not None and not self.causal:
            raise ConfigError(
                "a Transformer whose steps see those behind them cannot go on from a state; "
                "build it with causal = true, or give whole sequences"
            )
        time = x.shape[1]
        slots = first_slots(lengths, time) if state is None else next_slots(lengths, time, state)
        past = () if state is None or slots.first else state[PARTS:]
        x, sight, after = self.entrance(x, slots), self.entrance.sight(slots, lengths), slots.state
        for number, layer in enumerate(self.layers):
            x, *keys_values = layer(x, sight, past[2 * number : 2 * number + 2])
            after += tuple(keys_values)
        output = self.norm(x).masked_fill(~token_mask(lengths, time).unsqueeze(-1), 0.0)
        return Encoded(output, after if self.causal else None)
