"""From one sequence to another, as in translation: ids → vectors → encoder → decoder → the next id (Sutskever et al.,
2014; with attention Bahdanau et al., 2015; Transformers Vaswani et al., 2017; any task as text Raffel et al., 2020).

Training gives the decoder the right ids before each one ("teacher forcing"); generation (`begin`, `next_scores`) gives
it what it has said itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.id_batches import IdBatch
from seqmodels.batches.pair_batches import PairBatch
from seqmodels.inputs.token_input import TokenInput, TokenInputSettings, TokenSizes
from seqmodels.layers.decoder import DECODERS, Decoder
from seqmodels.layers.encoder import ENCODERS, Encoder, State
from seqmodels.layers.mask import token_mask
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.recurrent_decoder import RecurrentDecoderSettings
from textprep.errors import ConfigError, InputError
from textprep.settings import KindOf, Share, Size, SizeOrNone, checked


@dataclass(frozen=True)
class SequenceToSequenceSettings:
    """How a `SequenceToSequence` is built."""

    input: TokenInputSettings = field(default_factory=TokenInputSettings)
    """How ids of both sides become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=RecurrentSettings)
    """What reads the source: recurrent, transformer or another kind."""
    decoder: Annotated[Any, KindOf(DECODERS)] = field(default_factory=RecurrentDecoderSettings)
    """What writes the target: recurrent or transformer."""
    tied: Literal["none", "output", "all"] = "output"
    """Which tables of vectors are one: none; output, those of the ids that the decoder reads and writes; all, that of
    the source too, whose vocabulary must then be the target's."""
    output_dropout: Share = 0.1
    """Dropout on what the decoder gives."""
    label_smoothing: Share = 0.0
    """Share of the right id's probability that is spread evenly over all ids."""


@dataclass(frozen=True)
class PairSizes:
    """What a model from sequences to sequences must know of its vocabularies to be built.

    Raises:
        ConfigError: One of them is no whole number or too small or large, or start or end is no id of the target.
    """

    source: Size
    """Ids of the source: 0..source - 1."""
    target: Size
    """Ids of the target: 0..target - 1."""
    start: SizeOrNone
    """The id of the target that stands in front of every target."""
    end: SizeOrNone
    """The id of the target that ends it."""

    def __post_init__(self) -> None:
        checked(self)
        for role in ("start", "end"):
            if (number := getattr(self, role)) >= self.target:
                raise ConfigError(f"the {role} is {number}, which is none of the target's ids, 0..{self.target - 1}")


class SequenceToSequence(nn.Module):
    """Gives a sequence of ids the probability that it is the answer to another.

    Args:
        settings: How it is built.
        sizes: Of the vocabularies.

    Raises:
        ConfigError: If all tables are to be one but the vocabularies are not.
    """

    def __init__(self, settings: SequenceToSequenceSettings, sizes: PairSizes) -> None:
        super().__init__()
        if settings.tied == "all" and sizes.source != sizes.target:
            raise ConfigError(
                f"tied = all needs one vocabulary for both sides, but they have {sizes.source} and {sizes.target} ids; "
                "learn one from both sides, or choose tied = output"
            )
        self.settings, self.sizes = settings, sizes
        self.input = TokenInput(settings.input, TokenSizes(sizes.target))
        own = settings.tied != "all"
        self.source_input = TokenInput(settings.input, TokenSizes(sizes.source)) if own else None
        self.encoder: Encoder = settings.encoder.build(self.input.output_size)
        self.decoder: Decoder = settings.decoder.build(self.input.output_size, self.encoder.output_size)
        self.output = TiedOutput(settings, sizes.target, self.decoder.output_size)

    def begin(self, ids: torch.Tensor, lengths: torch.Tensor) -> State:
        """Read sources, and give the state before the first step of their targets, for `next_scores`.

        Args:
            ids: The sources, (batch, time), padded.
            lengths: Ids of each, (batch,); 0 is allowed.

        Raises:
            InputError: There is no such id.
        """
        vectors = (self.source_input or self.input)(ids)  # (batch, time, size)
        return self.decoder.begin(self.encoder(vectors, lengths).output, lengths)

    def next_scores(self, ids: torch.Tensor, lengths: torch.Tensor, state: State | None) -> tuple[torch.Tensor, State]:
        """Score every id that may follow, see `NextToken`; the first one of a target is `sizes.start`.

        Args:
            ids: The next ids of each target, (rows, time), padded.
            lengths: How many they are, (rows,), 1 or more.
            state: As `begin` or a former call gave it.

        Returns:
            The scores, not normalised, (rows, target ids), and the state behind these ids.

        Raises:
            InputError: There is no state, or no such id.
        """
        if state is None:
            raise InputError("a target cannot begin without its source", remedy="give the state of model.begin(source)")
        output, after = self.decoder(self.input(ids), lengths, state)
        last = output[torch.arange(len(output), device=output.device), lengths - 1]  # (rows, size)
        return self.output(last, self.input.words.weight), after

    def loss(self, batch: PairBatch) -> torch.Tensor:
        """Mean loss in nats of each target's ids and of its end; `batch.second` are the targets without start and end.

        Raises:
            InputError: There is no such id.
        """
        source, target = batch.first, batch.second
        given, wanted = shifted(target, self.sizes.start, self.sizes.end)
        lengths = target.lengths + 1
        state = self.begin(source.ids, source.lengths)
        output = self.decoder(self.input(given), lengths, state).output  # (batch, time, size)
        mask = token_mask(lengths, given.shape[1])
        return self.output.loss(output[mask], wanted[mask], self.input.words.weight)


class TiedOutput(nn.Module):
    """Scores of the next id, by the table of the ids' vectors or by one of its own.

    Args:
        settings: How the model is built.
        words: Ids there are.
        size: Features of what is given.
    """

    def __init__(self, settings: SequenceToSequenceSettings, words: int, size: int) -> None:
        super().__init__()
        self.smoothing = settings.label_smoothing
        self.dropout = nn.Dropout(settings.output_dropout)
        tied, features = settings.tied != "none", settings.input.size
        self.project = nn.Linear(size, features, bias=False) if tied and size != features else nn.Identity()
        self.own = None if tied else nn.Parameter(nn.init.xavier_uniform_(torch.empty(words, size)))
        self.bias = nn.Parameter(torch.zeros(words))

    def forward(self, x: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
        """The scores of every id (..., words), of what the decoder gives (..., size) and the table (words, size)."""
        return F.linear(self.project(self.dropout(x)), table if self.own is None else self.own, self.bias)

    def loss(self, x: torch.Tensor, wanted: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of ids (N,), from what the decoder gives, (N, size); 0 if there are none."""
        total = F.cross_entropy(self(x, table), wanted, label_smoothing=self.smoothing, reduction="sum")
        return total / max(1, len(wanted))


def shifted(target: IdBatch, start: int, end: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What a decoder is given and what it is to say: start, a, b and a, b, end; (batch, time + 1) each, padded."""
    rows = torch.arange(len(target.ids), device=target.ids.device)
    given = F.pad(target.ids, (1, 0), value=start)
    wanted = F.pad(target.ids, (0, 1), value=end).index_put((rows, target.lengths), target.ids.new_tensor(end))
    return given, wanted
