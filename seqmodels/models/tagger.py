"""A recurrent tagger with a CRF: words → encoder → tag scores → best legal sequence (Lample et al., 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.token_batches import Batches, TokenBatch
from seqmodels.heads.crf import CRF
from seqmodels.heads.tag_schemes import legal_transitions
from seqmodels.inputs.word_features import TypeTable
from seqmodels.inputs.word_input import InputSizes, WordCharInput, encode_types
from seqmodels.layers.recurrent import LockedDropout, RecurrentEncoder
from textprep.errors import InputError
from textprep.settings import Share, Size, SizeOrNone


@dataclass(frozen=True)
class TaggerSettings:
    """How a `Tagger` is built."""

    scheme: str = "bioes"
    """Tag scheme that the model learns and that its CRF keeps to: bioes, iob2 or iob1; none if any tag may
    follow any other, as with parts of speech."""
    cell: str = "lstm"
    """Recurrent cell: lstm, gru or rnn."""
    hidden_size: Size = 200
    """Units of each direction of the recurrent encoder."""
    layers: Size = 1
    """Recurrent layers on top of each other."""
    char_encoder: str = "cnn"
    """What makes word vectors from characters: cnn, bilstm or none."""
    char_size: Size = 30
    """Features of one character."""
    char_output: Size = 60
    """Features that the character encoder gives a word."""
    char_width: Size = 3
    """Characters under one filter of the character CNN."""
    shape_size: SizeOrNone = 8
    """Features for a word's capitalisation and digits; 0 leaves them out."""
    word_dropout: Share = 0.02
    """Share of the distinct words of a training batch that are seen as unknown."""
    char_dropout: Share = 0.2
    """Dropout on the character vectors."""
    input_dropout: Share = 0.4
    """Dropout on the word vectors."""
    layer_dropout: Share = 0.4
    """Locked dropout between recurrent layers."""
    output_dropout: Share = 0.5
    """Locked dropout on the encoder's output."""


class Tagger(nn.Module):
    """Gives each token a tag.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
        tags: Names of the tags, in the order of their ids.
        matrix: First word vectors, (words, word_size); random ones if None.
    """

    def __init__(
        self,
        settings: TaggerSettings,
        sizes: InputSizes,
        tags: Sequence[str],
        matrix: NDArray[np.float32] | None = None,
    ) -> None:
        super().__init__()
        self.settings, self.sizes, self.tags = settings, sizes, list(tags)
        self.input = WordCharInput(
            sizes,
            char_encoder=settings.char_encoder,
            char_size=settings.char_size,
            char_output=settings.char_output,
            char_width=settings.char_width,
            shape_size=settings.shape_size,
            word_dropout=settings.word_dropout,
            char_dropout=settings.char_dropout,
        )
        if matrix is not None:
            self.input.words.fill(matrix)
        self.input_dropout = nn.Dropout(settings.input_dropout)
        self.encoder = RecurrentEncoder(
            self.input.output_size,
            settings.hidden_size,
            layers=settings.layers,
            cell=settings.cell,
            dropout=settings.layer_dropout,
        )
        self.output_dropout = LockedDropout(settings.output_dropout)
        self.output = nn.Linear(self.encoder.output_size, len(tags))
        self.crf = CRF(len(tags), None if settings.scheme == "none" else legal_transitions(tags, settings.scheme))

    def forward(self, batch: TokenBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The score of every tag at every token: (batch, time, K). `vectors`: see `encode_types`."""
        vectors = self.input(batch.types) if vectors is None else vectors  # (V, input)
        x = self.input_dropout(F.embedding(batch.codes, vectors))  # (batch, time, input)
        x = self.output_dropout(self.encoder(x, batch.lengths))  # (batch, time, hidden)
        scores: torch.Tensor = self.output(x)
        return scores.float()

    def loss(self, batch: TokenBatch) -> torch.Tensor:
        """Negative log-likelihood of the right tags in nats, the mean over rows; InputError if there are no tags."""
        if batch.tags is None:
            raise InputError("the batch has no tags to learn from")
        emissions = self(batch)
        with torch.autocast(emissions.device.type, enabled=False):  # log-likelihoods want full precision
            return -self.crf.log_likelihood(emissions, batch.tags, batch.lengths).mean()

    def encode_types(self, types: TypeTable) -> torch.Tensor:
        """Vectors of a whole corpus' words, for batches with `shared_types`: (V, input)."""
        return encode_types(self.input, types)

    def decode(self, batch: TokenBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The best tag of every token: (batch, time), 0 in the padding."""
        return self.crf.decode(self(batch, vectors), batch.lengths)

    def marginals(self, batch: TokenBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The probability of every tag at every token: (batch, time, K), 0 in the padding."""
        return self.crf.marginals(self(batch, vectors), batch.lengths)

    @torch.inference_mode()
    def predict(self, batches: Batches) -> NDArray[np.int64]:
        """Tag ids of all tokens of a corpus, in its order: (tokens,), aligned with `batches.values`.

        The model is put into evaluation mode. With `shared_types`, words are encoded once for the whole
        corpus. Tokens cut off by `max_length` get tag 0. On a CPU, batches of 1,000 to 2,000 tokens go fastest,
        and `with torch.autocast("cpu", torch.bfloat16)` around the call saves time where there is hardware for it.
        """
        self.eval()
        vectors = self.encode_types(batches.types) if batches.shared_types else None
        tags = np.zeros(len(batches.values), np.int64)
        for batch in batches:
            mask = batch.mask.cpu().numpy()  # (batch, time)
            positions = batches.offsets[batch.rows.cpu().numpy()][:, None] + np.arange(mask.shape[1])
            tags[positions[mask]] = self.decode(batch, vectors).cpu().numpy()[mask]
        return tags
