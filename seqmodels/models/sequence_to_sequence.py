"""From one sequence to another, as in translation: ids → vectors → encoder → decoder → the next id (Sutskever et al.,
2014; with attention Bahdanau et al., 2015; Transformers Vaswani et al., 2017; any task as text Raffel et al., 2020).

Training gives the decoder the right ids before each one ("teacher forcing"); generation (`begin`, `next_scores`) gives
it what it has said itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.id_batches import IdBatch
from seqmodels.batches.pair_batches import PairBatch, PairBatches
from seqmodels.heads.language_head import LanguageHead, LanguageHeadSettings
from seqmodels.heads.tied_softmax import TiedSoftmaxSettings
from seqmodels.inputs.token_input import TokenInput, TokenInputSettings, TokenSizes
from seqmodels.layers.decoder import DECODERS, Decoder
from seqmodels.layers.encoder import ENCODERS, Encoder, State
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.recurrent_decoder import RecurrentDecoderSettings
from seqmodels.models.language_model import TextLoss
from textprep.errors import ConfigError, InputError
from textprep.settings import KindOf, Size, SizeOrNone, checked


@dataclass(frozen=True)
class SequenceToSequenceSettings:
    """How a `SequenceToSequence` is built."""

    input: TokenInputSettings = field(default_factory=TokenInputSettings)
    """How ids of both sides become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=RecurrentSettings)
    """What reads the source: recurrent, transformer or another kind."""
    decoder: Annotated[Any, KindOf(DECODERS)] = field(default_factory=RecurrentDecoderSettings)
    """What writes the target: recurrent or transformer."""
    head: LanguageHeadSettings = field(
        default_factory=lambda: LanguageHeadSettings(TiedSoftmaxSettings(), output_dropout=0.1)
    )
    """What scores the next id."""
    shared: bool = False
    """Whether ids of both sides have the same vectors, since they are of one vocabulary."""


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
        counts: How often each id occurs in the targets, (target ids,), for a softmax that asks for it.

    Raises:
        ConfigError: If vectors are to be shared but the vocabularies differ, or a part cannot be built.
    """

    def __init__(
        self, settings: SequenceToSequenceSettings, sizes: PairSizes, counts: Sequence[int] | None = None
    ) -> None:
        super().__init__()
        if settings.shared and sizes.source != sizes.target:
            raise ConfigError(
                f"vectors can be shared within one vocabulary only, but the sides have {sizes.source} and "
                f"{sizes.target} ids; learn one vocabulary from both, or set shared = false"
            )
        self.settings, self.sizes = settings, sizes
        self.target_input = TokenInput(settings.input, TokenSizes(sizes.target))
        self.source_input = self.target_input
        if not settings.shared:
            self.source_input = TokenInput(settings.input, TokenSizes(sizes.source))
        self.encoder: Encoder = settings.encoder.build(settings.input.size)
        self.decoder: Decoder = settings.decoder.build(settings.input.size, self.encoder.output_size)
        known = None if counts is None else torch.tensor(counts)
        self.head: LanguageHead = settings.head.build(
            self.decoder.output_size, sizes.target, self.target_input.table, known
        )

    @property
    def words(self) -> int:
        """How many ids of targets it knows."""
        return self.sizes.target

    @property
    def context(self) -> int | None:
        """Ids of a target that it can look back on, see `Decoder.context`."""
        return self.decoder.context

    @property
    def device(self) -> torch.device:
        """Where the model's weights lie."""
        return self.target_input.table.device

    def begin(self, ids: torch.Tensor, lengths: torch.Tensor) -> State:
        """Read sources, and give the state before the first step of their targets, for `next_scores`.

        Args:
            ids: The sources, (batch, time), padded.
            lengths: Ids of each, (batch,); 0 is allowed.

        Raises:
            InputError: There is no such id.
        """
        return self.decoder.begin(self.encoder(self.source_input(ids), lengths).output, lengths)

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
        scores, _, state = self.next_hidden(ids, lengths, state)
        return scores, state

    def next_hidden(
        self, ids: torch.Tensor, lengths: torch.Tensor, state: State | None
    ) -> tuple[torch.Tensor, torch.Tensor, State]:
        """As `next_scores`, with the decoder's output before the state: (rows, time, size)."""
        if state is None:
            raise InputError("a target cannot begin without its source", remedy="give the state of model.begin(source)")
        output, after = self.decoder(self.target_input(ids), lengths, state)
        last = output[torch.arange(len(output), device=output.device), lengths - 1]  # (rows, size)
        return self.head(last.unsqueeze(1)).squeeze(1).float(), output, after

    def loss(self, batch: PairBatch) -> torch.Tensor:
        """Mean loss in nats of each target's ids and of its end; `batch.second` are the targets without start and end.

        Raises:
            InputError: There is no such id.
        """
        return self.head.loss(*self._forced(batch))

    def loss_weight(self, batch: PairBatch) -> int:
        """Over how many tokens the loss of a batch is a mean: those of the targets, and their ends."""
        return int((batch.second.lengths + 1).sum())

    @torch.inference_mode()
    def predict(self, batches: PairBatches) -> TextLoss:
        """What the model makes of targets and their ends, in evaluation mode."""
        self.eval()
        nats, tokens = 0.0, 0
        for batch in batches:
            each = self.head.nats(*self._forced(batch.to(self.device)))
            nats, tokens = nats + float(each.double().sum()), tokens + len(each)
        return TextLoss(nats, tokens)

    def _forced(self, batch: PairBatch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The decoder's output at each step of the targets, given the right ids before it, (batch, time, size); the
        right ids, (batch, time); and the steps of each target, (batch,)."""
        source, target = batch.first, batch.second
        given, wanted = shifted(target, self.sizes.start, self.sizes.end)
        lengths = target.lengths + 1
        state = self.begin(source.ids, source.lengths)
        return self.decoder(self.target_input(given), lengths, state).output, wanted, lengths


def shifted(target: IdBatch, start: int, end: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What a decoder is given and what it is to say: start, a, b and a, b, end; (batch, time + 1) each, padded."""
    rows = torch.arange(len(target.ids), device=target.ids.device)
    given = F.pad(target.ids, (1, 0), value=start)
    wanted = F.pad(target.ids, (0, 1), value=end).index_put((rows, target.lengths), target.ids.new_tensor(end))
    return given, wanted
