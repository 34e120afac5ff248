"""A classifier of sequences: words → encoder → pooling → classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.word_batches import Batches, WordBatch
from seqmodels.heads.class_head import ClassHeadSettings
from seqmodels.heads.multi_label_head import MultiLabelHeadSettings
from seqmodels.heads.pooled_head import PooledHead
from seqmodels.inputs.word_input import InputSettings, InputSizes
from seqmodels.layers.encoder import ENCODERS
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.models.word_model import WordModel, targets_of
from textprep.settings import KindOf


@dataclass(frozen=True)
class ClassifierSettings:
    """How a `Classifier` is built."""

    input: InputSettings = field(default_factory=InputSettings)
    """How words become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=RecurrentSettings)
    """What reads the sequence: recurrent or transformer."""
    head: ClassHeadSettings | MultiLabelHeadSettings = field(default_factory=ClassHeadSettings)
    """How classes are chosen: one for each sequence, or any number of them."""


class Classifier(WordModel):
    """Gives each sequence a class, or with a `MultiLabelHead` any number of labels.

    Args:
        settings: How it is built.
        sizes: Of the vocabulary.
        labels: Names of the classes, in the order of their ids.
        matrix: First word vectors, (words, word_size); random ones if None.
        class_weights: How much each class counts in training, (classes,), see the heads; all alike if None.
    """

    def __init__(
        self,
        settings: ClassifierSettings,
        sizes: InputSizes,
        labels: Sequence[str],
        matrix: NDArray[np.float32] | None = None,
        class_weights: torch.Tensor | None = None,
    ) -> None:
        super().__init__(settings, sizes, labels, matrix)
        self.settings = settings
        self.head: PooledHead = settings.head.build(self.encoder, len(labels), class_weights)

    def forward(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The score of every class: (batch, classes). `vectors`: see `encode_words`."""
        scores: torch.Tensor = self.head(self.encode(batch, vectors), batch.mask)
        return scores

    def loss(self, batch: WordBatch) -> torch.Tensor:
        """Mean loss of the batch's rows in nats; InputError if it has no targets."""
        return self.head.loss(self(batch), targets_of(batch))

    def probabilities(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The probability of every class: (batch, classes)."""
        return self.head.probabilities(self(batch, vectors))

    @torch.inference_mode()
    def predict(self, batches: Batches) -> NDArray[np.float32]:
        """Class probabilities of every row of a corpus, in its order: (rows, classes).

        The model is put into evaluation mode. With `shared_words`, words are encoded once for the whole
        corpus. `decide` makes classes of the probabilities.
        """
        result = np.zeros((len(batches.lengths), len(self.labels)), np.float32)
        for _, rows, scores in self.scored(batches):
            result[rows] = self.head.probabilities(scores).cpu().numpy()
        return result

    def decide(self, probabilities: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
        """The class of each row (rows,), or with several labels a row 0 or 1 for each (rows, labels)."""
        return self.head.decide(probabilities)
