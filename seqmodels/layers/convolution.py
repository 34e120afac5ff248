"""Convolution over words (Kim, "Convolutional Neural Networks for Sentence Classification", 2014): filters of several
widths side by side, then ReLU.

A step's output is what the filters say of the window around it; sequences have zeros at both ends, as in Kim's own
program. Since no output is below 0, which padding gives, pooling by the maximum over the steps is Kim's
"max over time". On top of each other, and with gaps between the steps under a filter, few layers see far (Strubell et
al., 2017). Where windows end at their step (van den Oord et al., 2016), the encoder can go on from the last steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import nn

from seqmodels.layers.dropout import LockedDropout
from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.mask import token_mask
from seqmodels.layers.recent_steps import behind_past
from textprep.errors import ConfigError
from textprep.settings import Depth, Features, Share, Within

FARTHEST = 100_000  # steps that a window may be wide


@ENCODERS.register("convolution")
@dataclass(frozen=True)
class ConvolutionSettings:
    """How a `ConvolutionEncoder` is built."""

    hidden_size: Features = 100
    """Filters of each width; the output has those of all widths side by side."""
    least_width: Annotated[int, Within(1, 100)] = 3
    """Steps under the narrowest filters."""
    most_width: Annotated[int, Within(1, 100)] = 5
    """Steps under the widest filters; there are filters of every width between."""
    layers: Depth = 1
    """Convolutions on top of each other."""
    dilation: Annotated[int, Within(1, 10)] = 1
    """How many times farther apart the steps under a filter lie in each layer than in the one below."""
    layer_dropout: Share = 0.3
    """Locked dropout between convolutions."""
    causal: bool = False
    """Whether a step sees only itself and those before it, as language models need it."""

    def build(self, input_size: int) -> ConvolutionEncoder:
        """The encoder of vectors with `input_size` features."""
        if self.least_width > self.most_width:
            raise ConfigError(f"least_width, {self.least_width}, must not be above most_width, {self.most_width}")
        return ConvolutionEncoder(
            input_size,
            self.hidden_size,
            range(self.least_width, self.most_width + 1),
            layers=self.layers,
            dilation=self.dilation,
            dropout=self.layer_dropout,
            causal=self.causal,
        )


class ConvolutionEncoder(Encoder):
    """A stack of convolutions over padded sequences.

    Its state, when it is causal, is for each layer the last steps that it has taken in, (batch, reach, size).

    Args:
        input_size: Features of each step.
        filters: Filters of each width; the output has those of all widths side by side.
        widths: Steps under the filters, ascending.
        layers: Convolutions on top of each other.
        dilation: How many times farther apart the steps under a filter lie in each layer than in the one below.
        dropout: Locked dropout on what every layer after the first takes in.
        causal: Whether a step sees only itself and those before it.

    Raises:
        ConfigError: If a window is wider than any text.
    """

    def __init__(
        self,
        input_size: int,
        filters: int,
        widths: Sequence[int] = (3, 4, 5),
        *,
        layers: int = 1,
        dilation: int = 1,
        dropout: float = 0.0,
        causal: bool = False,
    ) -> None:
        super().__init__()
        farthest = widths[-1] * dilation ** (layers - 1)
        if farthest > FARTHEST:
            raise ConfigError(f"the topmost filters would be {farthest:,} steps wide; lower layers or dilation")
        self.output_size, self.causal = filters * len(widths), causal
        sizes = [input_size] + [self.output_size] * (layers - 1)
        self.layers = nn.ModuleList(
            ConvolutionLayer(size, filters, widths, gap=dilation**number, causal=causal)
            for number, size in enumerate(sizes)
        )
        self.dropout = LockedDropout(dropout)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output is (batch, time, output_size)."""
        if state is not None and not self.causal:
            raise ConfigError(
                "a convolution whose steps see those behind them cannot go on from a state; "
                "build it with causal = true, or give whole sequences"
            )
        padding = ~token_mask(lengths, x.shape[1]).unsqueeze(-1)  # (batch, time, 1)
        x = x.masked_fill(padding, 0.0)
        after: State = ()
        for number, layer in enumerate(self.layers):
            if number:
                x = self.dropout(x)
            x, recent = layer(x, lengths, None if state is None else state[number])
            x = x.masked_fill(padding, 0.0)
            after += (recent,)
        return Encoded(x, after if self.causal else None)


class ConvolutionLayer(nn.Module):
    """Filters of several widths side by side, and ReLU.

    Args:
        input_size: Features of each step.
        filters: Filters of each width.
        widths: Steps under the filters, ascending.
        gap: From one step under a filter to the next.
        causal: Whether a filter's last step is the one that it speaks of; the middle one is otherwise.
    """

    def __init__(self, input_size: int, filters: int, widths: Sequence[int], *, gap: int, causal: bool) -> None:
        super().__init__()
        self.filters = nn.ModuleList(nn.Conv1d(input_size, filters, width, dilation=gap) for width in widths)
        self.output_size = filters * len(widths)
        self.befores = [(width - 1 if causal else (width - 1) // 2) * gap for width in widths]
        self.spans = [(width - 1) * gap for width in widths]
        self.before, self.behind = self.befores[-1], self.spans[-1] - self.befores[-1]
        for weight in self.parameters():
            (nn.init.xavier_uniform_ if weight.dim() > 1 else nn.init.zeros_)(weight)

    def forward(
        self, x: torch.Tensor, lengths: torch.Tensor, past: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The output (batch, time, output_size), and the `past` of the next part.

        Args:
            x: The sequences, zero in the padding, (batch, time, input_size).
            lengths: Steps of each row, (batch,).
            past: The last steps before each row, (batch, before, input_size); None at the beginning of sequences.
        """
        time = x.shape[1]
        past = x.new_zeros(len(x), self.before, x.shape[2]) if past is None else past
        joined, recent = behind_past(x, lengths, past, self.behind)
        if time == 0:
            return x.new_zeros(len(x), 0, self.output_size), recent
        joined = joined.transpose(1, 2)  # (batch, input, span of the widest + time)
        parts = []
        for each, before, span in zip(self.filters, self.befores, self.spans, strict=True):
            start = self.before - before
            parts.append(each(joined[:, :, start : start + span + time]))  # (batch, filters, time)
        return torch.relu(torch.cat(parts, 1)).transpose(1, 2), recent
