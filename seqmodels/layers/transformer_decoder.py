"""Transformer decoder (Vaswani et al., 2017): it reads what has been said, and looks at a source in every layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import nn

from seqmodels.layers.decoder import DECODERS, Decoder
from seqmodels.layers.encoder import Encoded, State
from seqmodels.layers.initial_weights import fill_weights
from seqmodels.layers.key_value_cache import PARTS, next_slots
from seqmodels.layers.mask import padding_mask, token_mask
from seqmodels.layers.transformer_layer import DecoderLayer, Entrance, LayerSettings


@DECODERS.register("transformer")
@dataclass(frozen=True)
class TransformerDecoderSettings(LayerSettings):
    """How a `TransformerDecoder` is built."""

    def build(self, input_size: int, source_size: int) -> TransformerDecoder:
        """The decoder of vectors with `input_size` features, beside a source of vectors with `source_size`."""
        return TransformerDecoder(self, input_size, source_size)


class TransformerDecoder(Decoder):
    """A stack of layers that each look back, then at the source, over padded sequences.

    Its state is that of the slots of its own keys and values (see `key_value_cache`), these for each layer, then the
    source's lengths, and the source's keys and values for each layer, (batch, key_value_heads, source time,
    hidden_size / heads) each.

    Args:
        settings: How it is built.
        input_size: Features of each step.
        source_size: Features of each step of the source.

    Raises:
        ConfigError: Sizes and heads do not go together.
    """

    def __init__(self, settings: TransformerDecoderSettings, input_size: int, source_size: int) -> None:
        super().__init__()
        self.output_size = settings.hidden_size
        self.entrance = Entrance(settings, input_size, causal=True)
        self.context = self.entrance.positions.context
        self.layers = nn.ModuleList(DecoderLayer(settings, source_size) for _ in range(settings.layers))
        self.norm = settings.last_norm()
        fill_weights(self, settings.initial_weights)

    def begin(self, source: torch.Tensor, lengths: torch.Tensor) -> State:
        """The state before the first step, with the keys and values of `source` (batch, source time, source_size)."""
        sources = [each for layer in self.layers for each in cast(DecoderLayer, layer).source.read(source)]
        none = [each[:, :, :0] for each in sources]  # (batch, key_value_heads, 0, head_size)
        counts = torch.zeros_like(lengths)
        return (counts, counts.clone(), *none, lengths, *sources)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State) -> Encoded:
        """Read `x` (batch, time, input_size) on, see `Decoder.forward`; the output is (batch, time, hidden_size).

        Raises:
            InputError: A row is longer than the context of learned positions.
        """
        time, behind = x.shape[1], PARTS + 2 * len(self.layers)
        slots = next_slots(lengths, time, state)
        past = () if slots.first else state[PARTS:behind]
        source_lengths, *sources = state[behind:]
        source_mask = padding_mask(source_lengths, sources[0].shape[2])
        x, sight, after = self.entrance(x, slots), self.entrance.sight(slots, lengths), slots.state
        for number, layer in enumerate(self.layers):
            both = slice(2 * number, 2 * number + 2)
            x, *keys_values = layer(x, sight, past[both], sources[both], source_mask)
            after += tuple(keys_values)
        output = self.norm(x).masked_fill(~token_mask(lengths, time).unsqueeze(-1), 0.0)
        return Encoded(output, (*after, source_lengths, *sources))
