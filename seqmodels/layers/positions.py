"""How the steps of a Transformer know their places.

| name | what it does | source |
|---|---|---|
| sinusoidal | adds sines and cosines of the place to the input | Vaswani et al., 2017 |
| learned | adds a learned vector for each place, as far as the context goes | Gehring et al., 2017; GPT-2, BERT |
| relative | adds a learned number to a head's scores for each range of distances | T5: Raffel et al., 2020 |
| rotary | turns queries and keys, so that scores hang on distances alone | RoFormer: Su et al., 2021 |
| alibi | takes the distance, times a slope of the head's own, from its scores | ALiBi: Press et al., 2022 |
| none | nothing: a causal model can still count | Haviv et al., 2022 |

A place is counted from the beginning of a row, also where a text comes in parts.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.layers.key_value_cache import Slots
from textprep.errors import ConfigError, InputError
from textprep.registry import Registry

BASE = 10_000.0  # of the wave lengths, which grow from 2 pi to 2 pi times this
BUCKETS, FARTHEST = 32, 128  # T5's: ranges of distances, and the distance from which on all are in the last one


class Positions(nn.Module):
    """What tells a stack of layers the places of its steps: each kind overrides one of these methods.

    Args:
        size: Features of a step.
        heads: Attentions side by side in a layer.
        context: The most steps that a row can have, where that must be known.
        causal: Whether steps see only those before them.
    """

    context: int | None = None
    """The most steps that a row can have; None if there is no end to it."""

    def __init__(self, size: int, heads: int, *, context: int, causal: bool) -> None:
        super().__init__()

    def forward(self, x: torch.Tensor, slots: Slots) -> torch.Tensor:
        """The input (batch, time, size) with what is added to it.

        Raises:
            InputError: A row is longer than the context.
        """
        return x

    def rotation(self, slots: Slots) -> torch.Tensor | None:
        """How queries and keys are turned, see `rotate`."""
        return None

    def bias(self, slots: Slots) -> torch.Tensor | None:
        """What is added to the scores: (batch or 1, heads, time, used slots)."""
        return None


POSITIONS: Registry[type[Positions]] = Registry("positions", __name__)
POSITIONS.register("none")(Positions)


@POSITIONS.register("sinusoidal")
class SinusoidalPositions(Positions):
    """Sines and cosines of the place, added to the input."""

    def forward(self, x: torch.Tensor, slots: Slots) -> torch.Tensor:
        """The input (batch, time, size) with them."""
        return x + sinusoids(slots.places, x.shape[2]).to(x.dtype)


@POSITIONS.register("learned")
class LearnedPositions(Positions):
    """A vector for each place, added to the input."""

    def __init__(self, size: int, heads: int, *, context: int, causal: bool) -> None:
        super().__init__(size, heads, context=context, causal=causal)
        self.context, self.vectors = context, nn.Embedding(context, size)
        nn.init.normal_(self.vectors.weight, std=0.02)

    def forward(self, x: torch.Tensor, slots: Slots) -> torch.Tensor:
        """The input (batch, time, size) with them; InputError for a row that is longer than the context."""
        places, context = slots.places, len(self.vectors.weight)
        if slots.used > context:  # perhaps only by padding
            longest = int(slots.state[0].max()) if len(x) else 0
            if longest > context:
                raise InputError(
                    f"a sequence of {longest:,} steps is longer than the model's context of {context:,}",
                    remedy="cut it, generate less, or train with a larger context or other positions",
                )
            places = places.clamp(max=context - 1)
        added: torch.Tensor = self.vectors(places)  # (batch or 1, time, size)
        return x + added


@POSITIONS.register("relative")
class RelativePositions(Positions):
    """A number for each range of distances and head, added to the scores of all layers."""

    def __init__(self, size: int, heads: int, *, context: int, causal: bool) -> None:
        super().__init__(size, heads, context=context, causal=causal)
        self.causal = causal
        self.biases = nn.Embedding(BUCKETS, heads)
        nn.init.normal_(self.biases.weight, std=0.02)

    def bias(self, slots: Slots) -> torch.Tensor:
        """(batch or 1, heads, time, used slots)."""
        buckets = distance_buckets(_distances(slots), both_ways=not self.causal)  # (batch or 1, time, used)
        return F.embedding(buckets, self.biases.weight).permute(0, 3, 1, 2)


@POSITIONS.register("rotary")
class RotaryPositions(Positions):
    """Queries and keys, turned by angles that grow with the place."""

    def __init__(self, size: int, heads: int, *, context: int, causal: bool) -> None:
        super().__init__(size, heads, context=context, causal=causal)
        self.head_size = size // heads
        if self.head_size % 2:
            raise ConfigError(f"rotary positions turn pairs of features, but a head has {self.head_size}; change heads")

    def rotation(self, slots: Slots) -> torch.Tensor:
        """How each step's pairs of features are turned, the same in all heads."""
        pairs = torch.arange(0, self.head_size, 2, device=slots.places.device)
        angles = slots.places[:, :, None, None] * BASE ** (-pairs / self.head_size)  # (batch or 1, time, 1, pairs)
        return torch.polar(torch.ones_like(angles), angles)


@POSITIONS.register("alibi")
class AlibiPositions(Positions):
    """Scores that fall with the distance, in each head with another slope."""

    def __init__(self, size: int, heads: int, *, context: int, causal: bool) -> None:
        super().__init__(size, heads, context=context, causal=causal)
        self.slopes = alibi_slopes(heads)

    def bias(self, slots: Slots) -> torch.Tensor:
        """(batch or 1, heads, time, used slots)."""
        distances = _distances(slots).abs().unsqueeze(1)  # (batch or 1, 1, time, used)
        return distances * -torch.tensor(self.slopes, device=distances.device)[:, None, None]


def sinusoids(places: torch.Tensor, size: int) -> torch.Tensor:
    """Vectors that tell places: sin and cos by turns, of wave lengths from 2 pi to 20,000 pi: (*places, size)."""
    feature = torch.arange(size, device=places.device)
    angles = places.unsqueeze(-1) * BASE ** (-2 * (feature // 2) / size)
    return torch.where(feature % 2 == 0, angles.sin(), angles.cos())


def rotate(x: torch.Tensor, rotation: torch.Tensor) -> torch.Tensor:
    """Turn each pair of neighbouring features of `x` (batch, time, heads, head_size), a complex number, by its angle.

    Args:
        x: What is turned.
        rotation: Complex numbers of length 1 and these angles, (batch or 1, time, 1, head_size / 2).
    """
    exact = x if x.dtype.itemsize > 2 else x.float()  # torch has no shorter complex numbers
    pairs = torch.view_as_complex(exact.view(*x.shape[:3], x.shape[3] // 2, 2))
    return torch.view_as_real(pairs * rotation).flatten(-2).to(x.dtype)


def distance_buckets(distances: torch.Tensor, both_ways: bool) -> torch.Tensor:
    """The range that each distance of a key from a query belongs to, 0..31.

    Half of the ranges hold one distance each, the others ever more. Keys behind the query have ranges of their own
    where they can be seen (`both_ways`), and otherwise share that of distance 0.
    """
    count = BUCKETS // 2 if both_ways else BUCKETS
    away = distances.abs() if both_ways else (-distances).clamp(min=0)
    single = count // 2
    growth = torch.log(away.clamp(min=1) / single) / math.log(FARTHEST / single)  # 0..1 from `single` to FARTHEST
    ranges = (single + (growth * (count - single)).long()).clamp(max=count - 1)
    buckets = torch.where(away < single, away, ranges)
    return buckets + count * (distances > 0) if both_ways else buckets


def alibi_slopes(heads: int) -> list[float]:
    """The slopes of heads: powers of 2 from 2^(-8 / heads) to 2^-8, evenly apart.

    If the heads are no power of 2, those of the next lower one, then every other one of twice as many heads.
    """
    power = 1 << (heads.bit_length() - 1)
    slopes = [2 ** (-8 * (head + 1) / power) for head in range(power)]
    return slopes + [2 ** (-4 * (head + 1) / power) for head in range(0, 2 * (heads - power), 2)]


def _distances(slots: Slots) -> torch.Tensor:
    """How far each key is behind each step, negative for those before it: (batch or 1, time, used slots)."""
    return torch.arange(slots.used, device=slots.places.device) - slots.places.unsqueeze(-1)
