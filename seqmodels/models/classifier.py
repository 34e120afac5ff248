"""A recurrent classifier of sequences: words → encoder → pooling → classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.token_batches import Batches, TokenBatch
from seqmodels.inputs.word_features import TypeTable
from seqmodels.inputs.word_input import InputSizes, WordCharInput, encode_types
from seqmodels.layers.pooling import make_pooling
from seqmodels.layers.recurrent import LockedDropout, RecurrentEncoder
from textprep.errors import InputError
from textprep.settings import Share, Size, SizeOrNone


@dataclass(frozen=True)
class ClassifierSettings:
    """How a `Classifier` is built."""

    cell: str = "lstm"
    """Recurrent cell: lstm, gru or rnn."""
    hidden_size: Size = 128
    """Units of each direction of the recurrent encoder."""
    layers: Size = 1
    """Recurrent layers on top of each other."""
    bidirectional: bool = True
    """Whether the encoder also reads from right to left."""
    pooling: str = "max"
    """How the states become one vector: last, mean, max or attention."""
    char_encoder: str = "none"
    """What makes word vectors from characters: cnn, bilstm or none."""
    char_size: Size = 30
    """Features of one character."""
    char_output: Size = 50
    """Features that the character encoder gives a word."""
    shape_size: SizeOrNone = 0
    """Features for a word's capitalisation and digits; 0 leaves them out."""
    word_dropout: Share = 0.0
    """Share of the distinct words of a training batch that are seen as unknown."""
    input_dropout: Share = 0.3
    """Locked dropout on the word vectors."""
    layer_dropout: Share = 0.3
    """Locked dropout between recurrent layers."""
    output_dropout: Share = 0.5
    """Dropout on the pooled vector."""
    label_smoothing: Share = 0.0
    """Share of the target's probability that is spread evenly over all classes."""


class Classifier(nn.Module):
    """Gives each sequence a class.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
        labels: Names of the classes, in the order of their ids.
        matrix: First word vectors, (words, word_size); random ones if None.
    """

    def __init__(
        self,
        settings: ClassifierSettings,
        sizes: InputSizes,
        labels: list[str],
        matrix: NDArray[np.float32] | None = None,
    ) -> None:
        super().__init__()
        self.settings, self.sizes, self.labels = settings, sizes, list(labels)
        self.input = WordCharInput(
            sizes,
            char_encoder=settings.char_encoder,
            char_size=settings.char_size,
            char_output=settings.char_output,
            shape_size=settings.shape_size,
            word_dropout=settings.word_dropout,
        )
        if matrix is not None:
            self.input.words.fill(matrix)
        self.input_dropout = LockedDropout(settings.input_dropout)
        self.encoder = RecurrentEncoder(
            self.input.output_size,
            settings.hidden_size,
            layers=settings.layers,
            cell=settings.cell,
            bidirectional=settings.bidirectional,
            dropout=settings.layer_dropout,
        )
        self.pooling = make_pooling(settings.pooling, self.encoder.output_size, settings.bidirectional)
        self.output_dropout = nn.Dropout(settings.output_dropout)
        self.output = nn.Linear(self.encoder.output_size, len(labels))

    def forward(self, batch: TokenBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """Unnormalised log-probabilities: (batch, classes). `vectors`: see `encode_types`."""
        vectors = self.input(batch.types) if vectors is None else vectors  # (V, input)
        x = self.input_dropout(F.embedding(batch.codes, vectors))  # (batch, time, input)
        x = self.encoder(x, batch.lengths)  # (batch, time, hidden)
        pooled = self.output_dropout(self.pooling(x, batch.mask))  # (batch, hidden)
        scores: torch.Tensor = self.output(pooled)
        return scores.float()

    def loss(self, batch: TokenBatch) -> torch.Tensor:
        """Mean cross-entropy of the batch in nats; InputError if it has no labels."""
        if batch.labels is None:
            raise InputError("the batch has no labels to learn from")
        return F.cross_entropy(self(batch), batch.labels, label_smoothing=self.settings.label_smoothing)

    def encode_types(self, types: TypeTable) -> torch.Tensor:
        """Vectors of a whole corpus' words, for batches with `shared_types`: (V, input)."""
        return encode_types(self.input, types)

    def probabilities(self, batch: TokenBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The probability of every class: (batch, classes)."""
        return torch.softmax(self(batch, vectors), -1)

    @torch.inference_mode()
    def predict(self, batches: Batches) -> NDArray[np.float32]:
        """Class probabilities of every row of a corpus, in its order: (rows, classes).

        The model is put into evaluation mode. With `shared_types`, words are encoded once for the whole
        corpus.
        """
        self.eval()
        vectors = self.encode_types(batches.types) if batches.shared_types else None
        result = np.zeros((len(batches.lengths), len(self.labels)), np.float32)
        for batch in batches:
            result[batch.rows.cpu().numpy()] = self.probabilities(batch, vectors).cpu().numpy()
        return result
