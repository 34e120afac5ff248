"""Several models that answer together (Hansen & Salamon, "Neural Network Ensembles", 1990).

An ensemble is a model as each of them is: it has scores, `predict`, a place on a device, and can teach a smaller one.
Its members may differ in everything but their labels and vocabulary.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Literal, cast

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.word_batches import WordBatch
from seqmodels.heads.multi_label_head import MultiLabelHead
from seqmodels.inputs.word_features import FeatureTable
from seqmodels.models.classifier import Classifier
from seqmodels.models.tagger import Tagger
from seqmodels.models.word_model import WordModel
from seqmodels.transfer.agreement import check_agreement
from seqmodels.transfer.soup import soup
from textprep.errors import ConfigError


class ClassifierEnsemble(Classifier):
    """Gives each sequence the class that several classifiers hold most probable together.

    With the mean of probabilities, one member that is sure cannot outvote the others; with the mean of scores, which is
    the geometric mean of the probabilities, one that rules a class out can.

    Args:
        models: The members; the threshold of labels is the first one's.
        mean: Of what.
        vocabularies: The words of each, see `check_agreement`.

    Raises:
        ConfigError: The members do not agree in labels or vocabulary, or some choose one class and others several.
    """

    def __init__(
        self,
        models: Sequence[Classifier],
        mean: Literal["probabilities", "scores"] = "probabilities",
        vocabularies: Sequence[Sequence[str]] | None = None,
    ) -> None:
        nn.Module.__init__(self)
        check_agreement(models, vocabularies)
        if len({type(model.head) for model in models}) > 1:
            raise ConfigError("some of the models choose one class and others any number; put together one kind")
        first = models[0]
        self.members = nn.ModuleList(models)
        self.settings, self.sizes, self.labels = first.settings, first.sizes, first.labels
        self.head = copy.deepcopy(first.head)
        del self.head.pooling, self.head.output  # the scores are the members'
        self.ngrams, self.mean = None, mean  # the members have linear models of their own

    def encode_words(self, features: FeatureTable) -> torch.Tensor:
        """Vectors of a whole corpus' words by all members, side by side: (V, inputs)."""
        return _vectors_of_all(self.members, features)

    def network_scores(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The scores of every class, of which the head makes the members' mean: (batch, classes)."""
        scores = _scores_of_all(self.members, batch, vectors)  # (models, batch, classes)
        if self.mean == "scores":
            return scores.mean(0)
        if isinstance(self.head, MultiLabelHead):  # the log-odds of the mean
            return F.logsigmoid(scores).logsumexp(0) - F.logsigmoid(-scores).logsumexp(0)
        return scores.log_softmax(-1).logsumexp(0)  # the logarithm of the mean, to a constant


class TaggerEnsemble(Tagger):
    """Gives each token a tag by the mean of several taggers' scores: of tags and, with CRFs, of transitions too.

    A CRF's score of a tagging is a sum of these, so their mean is again a CRF, whose probability of a whole tagging is
    the geometric mean of the members' (renormalised), and whose best tagging is legal. The mean of their marginals
    would choose each tag by itself, and may put together what no scheme allows.

    Args:
        models: The members.
        vocabularies: The words of each, see `check_agreement`.

    Raises:
        ConfigError: The members do not agree in labels or vocabulary, or have other schemes or decoders.
    """

    def __init__(self, models: Sequence[Tagger], vocabularies: Sequence[Sequence[str]] | None = None) -> None:
        nn.Module.__init__(self)
        check_agreement(models, vocabularies)
        if len({(model.settings.head.scheme, model.settings.head.decoder) for model in models}) > 1:
            raise ConfigError("the taggers have different schemes or decoders; put together taggers of one kind")
        first = models[0]
        self.members = nn.ModuleList(models)
        self.settings, self.sizes, self.labels = first.settings, first.sizes, first.labels
        self.head = copy.deepcopy(first.head)
        del self.head.output  # the scores are the members'
        self.head.decoder = soup([model.head.decoder for model in models])

    def encode_words(self, features: FeatureTable) -> torch.Tensor:
        """Vectors of a whole corpus' words by all members, side by side: (V, inputs)."""
        return _vectors_of_all(self.members, features)

    def forward(self, batch: WordBatch, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """The mean of the members' scores of every tag at every token: (batch, time, K)."""
        return _scores_of_all(self.members, batch, vectors).mean(0)


def _vectors_of_all(members: nn.ModuleList, features: FeatureTable) -> torch.Tensor:
    return torch.cat([cast(WordModel, member).encode_words(features) for member in members], -1)


def _scores_of_all(members: nn.ModuleList, batch: WordBatch, vectors: torch.Tensor | None) -> torch.Tensor:
    """The scores by each member, which gets its part of the vectors of `_vectors_of_all`: (models, batch, ...)."""
    if vectors is None:
        return torch.stack([member(batch) for member in members])
    sizes = [cast(WordModel, member).input.output_size for member in members]
    parts = torch.split(vectors, sizes, -1)
    return torch.stack([member(batch, part) for member, part in zip(members, parts, strict=True)])
