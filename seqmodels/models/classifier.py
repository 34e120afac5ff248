"""A classifier of sequences: words → encoder → pooling → classes, perhaps with a linear model beside all that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.word_batches import Batches, WordBatch
from seqmodels.heads.class_head import ClassHeadSettings
from seqmodels.heads.multi_label_head import MultiLabelHeadSettings
from seqmodels.heads.ngram_scores import NGramScores
from seqmodels.heads.pooled_head import PooledHead
from seqmodels.inputs.word_input import InputSettings, InputSizes
from seqmodels.layers.encoder import ENCODERS
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.models.word_model import WordModel, targets_of
from textprep.settings import KindOf, Within


@dataclass(frozen=True)
class ClassifierSettings:
    """How a `Classifier` is built."""

    input: InputSettings = field(default_factory=InputSettings)
    """How words become vectors."""
    encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=RecurrentSettings)
    """What reads the sequence: recurrent, transformer, convolution, window, ngram_bag, hierarchical, or stacked (one
    of them on another)."""
    head: ClassHeadSettings | MultiLabelHeadSettings = field(default_factory=ClassHeadSettings)
    """How classes are chosen: one for each sequence, or any number of them."""
    ngrams: Annotated[float, Within(0)] = 0.0
    """Freedom of a linear model of words and word pairs whose scores are added to the network's: what fitting the
    training texts counts beside small weights, ten or so; 0 leaves it out."""


class Classifier(WordModel):
    """Gives each sequence a class, or with a `MultiLabelHead` any number of labels.

    With `ngrams` its scores are those of the network, which is trained by `loss`, and those of a linear model, which
    `fit_ngrams` makes before that; `weigh` finds how much each counts, by rows that neither has learned from.

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
        self.ngrams = NGramScores(sizes.ngrams, len(labels)) if settings.ngrams else None

    def forward(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The score of every class: (batch, classes). `vectors`: see `encode_words`."""
        scores = self.network_scores(batch, vectors)
        return scores if self.ngrams is None else self.ngrams.beside(scores, batch)

    def network_scores(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The scores of the network alone: (batch, classes)."""
        scores: torch.Tensor = self.head(self.encode(batch, vectors), batch.mask)
        return scores

    def loss(self, batch: WordBatch) -> torch.Tensor:
        """Mean loss of the batch's rows in nats, by the network alone; InputError if it has no targets.

        With the scores of the linear model, which knows the training rows, the network would have nothing to learn.
        """
        return self.loss_of(self.network_scores(batch), batch)

    def loss_of(self, scores: torch.Tensor, batch: WordBatch) -> torch.Tensor:
        """The loss of scores that the network gave the batch, see `loss`."""
        return self.head.loss(scores, targets_of(batch))

    def probabilities(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The probability of every class: (batch, classes)."""
        return self.head.probabilities(self(batch, vectors))

    def fit_ngrams(self, corpora: Sequence[Batches], targets: NDArray[Any]) -> None:
        """Fit the linear model, if there is one, to all rows of some corpora; on the processor, wherever the model is.

        Args:
            corpora: The rows.
            targets: What is right for them, one corpus behind the other: (rows,) or (rows, labels).
        """
        if self.ngrams is None:
            return
        device = self.device
        self.cpu()
        words = torch.cat([part.words().cpu() for part in corpora])
        lengths = torch.from_numpy(np.concatenate([part.lengths for part in corpora]))
        freedom = self.settings.ngrams
        self.ngrams.fit(words, lengths, torch.from_numpy(targets), self.head.loss, freedom=freedom)
        self.sizes = replace(self.sizes, ngrams=len(self.ngrams.keys))
        self.to(device)

    @torch.no_grad()
    def weigh(self, batches: Batches, targets: NDArray[Any]) -> None:
        """Find how much the network and the linear model count, if there is one, by rows that neither has learned from.

        Args:
            batches: The rows.
            targets: What is right for them, (rows,) or (rows, labels).
        """
        if (ngrams := self.ngrams) is None:
            return

        def both(batch: WordBatch, vectors: torch.Tensor | None) -> torch.Tensor:
            return torch.stack([self.network_scores(batch, vectors), ngrams(batch)])

        network, own = torch.zeros(2, len(batches.lengths), len(self.labels), device=self.device)
        for _, rows, scores in self.scored(batches, both):
            network[rows], own[rows] = scores
        ngrams.weigh(network, own, torch.from_numpy(targets).to(self.device), self.head.loss)

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
