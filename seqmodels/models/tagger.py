"""A tagger: words → encoder → tag scores → best legal sequence (with an LSTM and a CRF: Lample et al., 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.ragged import places
from seqmodels.batches.word_batches import Batches, WordBatch
from seqmodels.heads.tag_decoder import NBest
from seqmodels.heads.tag_head import TagHeadSettings
from seqmodels.inputs.word_input import InputSettings, InputSizes
from seqmodels.layers.encoder import ENCODERS
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.models.word_model import WordModel, targets_of
from textprep.settings import KindOf


@dataclass(frozen=True)
class TaggerSettings:
    """How a `Tagger` is built."""

    input: InputSettings = field(
        default_factory=lambda: InputSettings(
            char_encoder="cnn",
            char_output=60,
            shape_size=8,
            word_dropout=0.02,
            char_dropout=0.2,
            input_dropout=0.4,
            locked_dropout=False,
        )
    )
    """How words become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(
        default_factory=lambda: RecurrentSettings(hidden_size=200, layer_dropout=0.4)
    )
    """What reads the sequence: recurrent, transformer, convolution, window, ngram_bag, hierarchical, or stacked (one
    of them on another)."""
    head: TagHeadSettings = field(default_factory=TagHeadSettings)
    """How tags are chosen."""


class Tags(NamedTuple):
    """What a tagger says of the tokens of a corpus, in its order.

    Attributes:
        ids: The tag of each token.
        probabilities: That of its tag, summed over all taggings of the rest; None if not asked for.
    """

    ids: NDArray[np.int64]  # (tokens,)
    probabilities: NDArray[np.float32] | None  # (tokens,)


class Tagger(WordModel):
    """Gives each token a tag.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
        labels: Names of the K tags, in the order of their ids.
        matrix: First word vectors, (words, word_size); random ones if None.
    """

    def __init__(
        self,
        settings: TaggerSettings,
        sizes: InputSizes,
        labels: Sequence[str],
        matrix: NDArray[np.float32] | None = None,
    ) -> None:
        super().__init__(settings, sizes, labels, matrix)
        self.settings = settings
        self.head = settings.head.build(self.encoder, labels)

    def forward(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The score of every tag at every token: (batch, time, K). `vectors`: see `encode_words`."""
        scores: torch.Tensor = self.head(self.encode(batch, vectors))
        return scores

    def loss(self, batch: WordBatch) -> torch.Tensor:
        """Negative log-likelihood of the right tags in nats, the mean over rows; InputError if there are no targets."""
        return self.loss_of(self(batch), batch)

    def loss_of(self, scores: torch.Tensor, batch: WordBatch) -> torch.Tensor:
        """The loss of scores that the model gave the batch, see `loss`."""
        return self.head.loss(scores, targets_of(batch), batch.lengths)

    def decode(
        self, batch: WordBatch, vectors: torch.Tensor | None = None, allowed: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The best tag of every token: (batch, time), 0 in the padding. `allowed`: see `TagDecoder.decode`."""
        return self.head.decode(self(batch, vectors), batch.lengths, allowed)

    def n_best(
        self,
        batch: WordBatch,
        count: int,
        vectors: torch.Tensor | None = None,
        allowed: torch.Tensor | None = None,
    ) -> NBest:
        """The `count` best taggings of every row, with their log-probabilities, see `TagDecoder.n_best`."""
        return self.head.n_best(self(batch, vectors), batch.lengths, count, allowed)

    def marginals(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The probability of every tag at every token: (batch, time, K), 0 in the padding."""
        return self.head.marginals(self(batch, vectors), batch.lengths)

    @torch.inference_mode()
    def predict(self, batches: Batches, *, probabilities: bool = False) -> Tags:
        """The tags of all tokens of a corpus, in its order, aligned with `batches.codes`.

        The model is put into evaluation mode. With `shared_words`, words are encoded once for the whole
        corpus. Tokens cut off by `max_length` get tag 0. On a CPU, batches of 1,000 to 2,000 tokens go fastest,
        and `with torch.autocast("cpu", torch.bfloat16)` around the call saves time where there is hardware for it.

        Args:
            batches: The corpus.
            probabilities: Whether to tell how probable each tag is.
        """
        ids = np.zeros(len(batches.codes), np.int64)
        sure = np.zeros(len(batches.codes), np.float32) if probabilities else None
        for batch, rows, scores in self.scored(batches):
            where = places(batches.offsets, rows, batches.lengths[rows])
            best = self.head.decode(scores, batch.lengths)  # (batch, time)
            ids[where.positions] = best.cpu().numpy()[where.mask]
            if sure is not None:
                chosen = self.head.marginals(scores, batch.lengths).gather(2, best.unsqueeze(2)).squeeze(2)
                sure[where.positions] = chosen.cpu().numpy()[where.mask]
        return Tags(ids, sure)
