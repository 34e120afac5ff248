"""What the models over words have in common: the words' vectors, an encoder of sequences, and a head.

Each is built from its own section of the settings, so every model takes any input, any encoder and any head of its
kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.batches.word_batches import Batches, WordBatch
from seqmodels.inputs.word_features import FeatureTable
from seqmodels.inputs.word_input import InputSettings, InputSizes, WordInput
from seqmodels.layers.encoder import Encoder
from textprep.errors import InputError, TextmillError


class WordModelSettings(Protocol):
    """The sections that all models have; that of the head is the model's own."""

    @property
    def input(self) -> InputSettings:
        """How words become vectors."""

    @property
    def encoder(self) -> Any:
        """How sequences of them are encoded: settings of a kind in `ENCODERS`."""


LARGEST = 1e30  # of a score; the sum over any text is then a float32 too
Scorer: TypeAlias = Callable[[WordBatch, torch.Tensor | None], torch.Tensor]


class Scored(NamedTuple):
    """A batch of a corpus and a model's scores for it."""

    batch: WordBatch
    rows: NDArray[np.int64]  # (batch,), where its rows stand in the corpus
    scores: torch.Tensor


class WordModel(nn.Module):
    """Words → vectors → encoder; a head is added by the model.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
        labels: Names of what is predicted, in the order of their ids.
        matrix: First word vectors, (words, word_size); random ones if None.
    """

    def __init__(
        self,
        settings: WordModelSettings,
        sizes: InputSizes,
        labels: Sequence[str],
        matrix: NDArray[np.float32] | None = None,
    ) -> None:
        super().__init__()
        self.sizes, self.labels = sizes, list(labels)
        self.input = WordInput(settings.input, sizes)
        if matrix is not None:
            self.input.words.fill(matrix)
        self.encoder: Encoder = settings.encoder.build(self.input.output_size)

    @property
    def device(self) -> torch.device:
        """Where the model's weights lie."""
        return next(self.parameters()).device

    def loss_weight(self, batch: WordBatch) -> int:
        """Over how many rows the loss of a batch is a mean."""
        return len(batch.lengths)

    def encode(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The encoder's output, (batch, time, size). `vectors`: see `encode_words`."""
        vectors = self.input(batch.features) if vectors is None else vectors  # (V, input)
        return self.encoder.read(self.input.gather(vectors, batch.codes, batch.states), batch)

    def encode_words(self, features: FeatureTable) -> torch.Tensor:
        """Vectors of a whole corpus' words, for batches with `shared_words`: (V, input)."""
        return self.input.in_chunks(features)

    def scored(self, batches: Batches, scorer: Scorer | None = None) -> Iterator[Scored]:
        """The scores of all rows of a corpus, batch by batch, by the model in evaluation mode on its own device.

        Args:
            batches: The corpus.
            scorer: What scores a batch, given also what `encode_words` gives for it or None; the model itself if None.

        Raises:
            TextmillError: A score is no number, or so large that probabilities cannot be made of it.
        """
        scorer = scorer or self
        self.eval()
        batches = batches.to(self.device)
        vectors = self.encode_words(batches.features) if batches.shared_words else None
        for batch in batches:
            scores = scorer(batch, vectors)
            if not bool((scores.abs() <= LARGEST).all()):
                raise TextmillError(
                    "the model's scores are no longer finite; its weights are damaged, or were trained at too high a "
                    "learning_rate: train it again"
                )
            yield Scored(batch, batch.rows.cpu().numpy(), scores)


def targets_of(batch: WordBatch) -> torch.Tensor:
    """The targets of a batch; InputError if it has none."""
    if batch.targets is None:
        raise InputError("the batch has no targets to learn from", remedy="give Batches targets")
    return batch.targets
