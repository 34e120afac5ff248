"""What Transformers are stacked from, and the settings that an encoder and a decoder have in common.

Each part of a layer adds something to what it took in. The norm stands before the part (Xiong et al., 2020: it then
trains without a long warm-up), or behind the sum (Vaswani et al., 2017; BERT).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

import torch
from torch import nn

from seqmodels.layers.attention import CrossAttention, SelfAttention
from seqmodels.layers.feed_forward import ACTIVATIONS, FeedForward
from seqmodels.layers.initial_weights import INITIAL_WEIGHTS
from seqmodels.layers.key_value_cache import Slots
from seqmodels.layers.mask import causal_mask, padding_mask
from seqmodels.layers.norms import NORMS
from seqmodels.layers.positions import POSITIONS
from textprep.settings import Depth, Features, OneOf, Share, Size, SizeOrNone


@dataclass(frozen=True)
class LayerSettings:
    """How the layers of a Transformer are built, and what stands before and behind them."""

    hidden_size: Features = 128
    """Features of each step, between layers and in the output; a multiple of the heads."""
    layers: Depth = 2
    """Transformer layers on top of each other."""
    heads: Size = 4
    """Attentions side by side in a layer."""
    key_value_heads: SizeOrNone = 0
    """Heads of keys and values, each shared by equally many of the heads; 0 gives each head its own."""
    inner_size: Features = 512
    """Units of the network that follows the attention in a layer."""
    activation: Annotated[str, OneOf(ACTIVATIONS)] = "gelu"
    """What stands in the middle of that network: gelu, gelu_tanh, relu or swiglu."""
    dropout: Share = 0.1
    """Dropout on the input and on what each part of a layer adds."""
    attention_dropout: Share = 0.0
    """Dropout on attention weights; on a processor torch's fused attention knows none, so that training is slower."""
    norm: Annotated[str, OneOf(NORMS)] = "layer"
    """Norm over the features of a step: layer or rms."""
    norm_place: Literal["pre", "post"] = "pre"
    """Whether it stands before each part of a layer, and once more behind the last layer, or behind each part's sum."""
    norm_epsilon: Share = 1e-5
    """What a norm adds to the mean square before it divides by its root."""
    input_norm: bool = False
    """Whether there is a norm behind the input and its positions."""
    positions: Annotated[str, OneOf(POSITIONS)] = "sinusoidal"
    """How steps know their places: sinusoidal, learned, relative, rotary, alibi or none."""
    context: Features = 1024
    """The most steps that a sequence may have, with learned positions; the others know no limit."""
    biases: bool = True
    """Whether the matrices and norms of the layers add a bias."""
    initial_weights: Annotated[str, OneOf(INITIAL_WEIGHTS)] = "xavier_uniform"
    """What training starts from: xavier_uniform or xavier_normal, by the sizes of a matrix, or small, as in GPT-2."""

    def new_norm(self) -> nn.Module:
        """A norm over `hidden_size` features."""
        return NORMS[self.norm](self.hidden_size, self.norm_epsilon, self.biases)

    def last_norm(self) -> nn.Module:
        """What stands behind the last layer."""
        return self.new_norm() if self.norm_place == "pre" else nn.Identity()


class Sight(NamedTuple):
    """What the steps of a batch see of themselves and of those before them, the same in all layers."""

    slots: Slots
    mask: torch.Tensor | None
    causal: bool
    rotation: torch.Tensor | None


class Entrance(nn.Module):
    """What stands before the layers: a matrix, unless the sizes agree, positions, norm and dropout.

    Args:
        settings: How it is built.
        input_size: Features of each step.
        causal: Whether a step sees only itself and those before it.
    """

    def __init__(self, settings: LayerSettings, input_size: int, causal: bool) -> None:
        super().__init__()
        size, self.causal = settings.hidden_size, causal
        self.project = nn.Identity() if input_size == size else nn.Linear(input_size, size)
        self.positions = POSITIONS[settings.positions](size, settings.heads, context=settings.context, causal=causal)
        self.norm = settings.new_norm() if settings.input_norm else nn.Identity()
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, x: torch.Tensor, slots: Slots) -> torch.Tensor:
        """What the first layer takes in, (batch, time, hidden_size), of `x` (batch, time, input_size)."""
        entered: torch.Tensor = self.dropout(self.norm(self.positions(self.project(x), slots)))
        return entered

    def sight(self, slots: Slots, lengths: torch.Tensor) -> Sight:
        """What the steps see; no mask is built where none is needed."""
        rotation, bias = self.positions.rotation(slots), self.positions.bias(slots)
        batch, time = slots.places.shape
        if not self.causal:
            mask = padding_mask(lengths, time)
        elif bias is None and slots.first:
            return Sight(slots, None, True, rotation)  # padding is behind all steps, so that none sees it
        else:
            mask = None if batch == time == 1 else causal_mask(slots.places, slots.used)
        if bias is not None:
            mask = bias if mask is None else bias.masked_fill(~mask, -torch.inf)
        return Sight(slots, mask, False, rotation)


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each added to what it took in."""

    def __init__(self, settings: LayerSettings) -> None:
        super().__init__()
        size, biases = settings.hidden_size, settings.biases
        self.pre = settings.norm_place == "pre"
        self.attention_norm, self.inner_norm = settings.new_norm(), settings.new_norm()
        self.attention = SelfAttention(
            size, settings.heads, settings.key_value_heads, settings.attention_dropout, biases
        )
        self.inner = FeedForward(size, settings.inner_size, settings.activation, biases)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(
        self, x: torch.Tensor, sight: Sight, past: tuple[torch.Tensor, ...] = ()
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The layer's output (batch, time, size), and the keys and values to be kept.

        Args:
            x: (batch, time, size).
            sight: What the steps see.
            past: Keys and values of former steps, as a former call gave them; empty if there are none.
        """
        x, keys, values = self.look_around(x, sight, past)
        return self.feed_forward(x), keys, values

    def look_around(
        self, x: torch.Tensor, sight: Sight, past: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The self-attention's part, and the keys and values to be kept."""
        before = self.before(self.attention_norm, x)
        seen, keys, values = self.attention(before, sight.mask, sight.causal, sight.rotation, sight.slots, past)
        return self.after(self.attention_norm, x, seen), keys, values

    def feed_forward(self, x: torch.Tensor) -> torch.Tensor:
        """The feed-forward network's part."""
        return self.after(self.inner_norm, x, self.inner(self.before(self.inner_norm, x)))

    def before(self, norm: nn.Module, x: torch.Tensor) -> torch.Tensor:
        """What a part takes in."""
        return norm(x) if self.pre else x

    def after(self, norm: nn.Module, x: torch.Tensor, added: torch.Tensor) -> torch.Tensor:
        """What the next part is given."""
        x = x + self.dropout(added)
        return x if self.pre else norm(x)


class DecoderLayer(Layer):
    """A layer that looks at a source between its two other parts."""

    def __init__(self, settings: LayerSettings, source_size: int) -> None:
        super().__init__(settings)
        self.source_norm = settings.new_norm()
        self.source = CrossAttention(
            settings.hidden_size,
            source_size,
            settings.heads,
            settings.key_value_heads,
            settings.attention_dropout,
            settings.biases,
        )

    def forward(
        self,
        x: torch.Tensor,
        sight: Sight,
        past: tuple[torch.Tensor, ...] = (),
        source: tuple[torch.Tensor, ...] = (),
        source_mask: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """As `Layer.forward`, with the keys and values of a source and what of it may be seen."""
        x, keys, values = self.look_around(x, sight, past)
        seen = self.source(self.before(self.source_norm, x), *source, source_mask)
        return self.feed_forward(self.after(self.source_norm, x, seen)), keys, values
