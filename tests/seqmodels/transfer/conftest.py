"""Small models over the made-up corpus."""

from collections.abc import Callable

import pytest
import torch

from seqmodels.batches.word_batches import Batches
from seqmodels.heads.multi_label_head import MultiLabelHeadSettings
from seqmodels.heads.tag_head import TagHeadSettings
from seqmodels.inputs.word_input import InputSettings
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.models.tagger import Tagger, TaggerSettings

ENCODERS = {
    "recurrent": RecurrentSettings(hidden_size=6, layers=3, layer_dropout=0.2),
    "transformer": TransformerSettings(hidden_size=8, layers=2, heads=2, inner_size=12),
}


@pytest.fixture(scope="session")
def classifier(corpus) -> Callable[..., Classifier]:
    """Builds a classifier of sentences with and without an entity; its encoder is one of these or has settings."""

    def build(encoder="recurrent", seed=0, **sections):
        torch.manual_seed(seed)
        sections = {"input": InputSettings(input_dropout=0.1), "encoder": ENCODERS.get(encoder, encoder)} | sections
        return Classifier(ClassifierSettings(**sections), corpus.sizes, ["no", "yes"])

    return build


@pytest.fixture(scope="session")
def multi_label(classifier) -> Callable[..., Classifier]:
    """Builds a classifier that may give both labels."""
    return lambda seed=0: classifier(seed=seed, head=MultiLabelHeadSettings())


@pytest.fixture(scope="session")
def tagger(corpus) -> Callable[..., Tagger]:
    """Builds a tagger of entities."""

    def build(decoder="crf", seed=0, scheme="bioes"):
        torch.manual_seed(seed)
        encoder, head = RecurrentSettings(hidden_size=6), TagHeadSettings(decoder=decoder, scheme=scheme)
        return Tagger(TaggerSettings(InputSettings(), encoder, head), corpus.sizes, corpus.tag_names)

    return build


@pytest.fixture(scope="session")
def sentences(corpus) -> Callable[..., Batches]:
    """The corpus in batches, with the labels of sentences as targets."""
    arrays = corpus.features, corpus.codes, corpus.offsets
    return lambda **options: Batches(*arrays, **{"targets": corpus.labels, "size": 16} | options)


@pytest.fixture(scope="session")
def tagged(corpus) -> Callable[..., Batches]:
    """The corpus in batches, with the tags of tokens as targets."""
    arrays = corpus.features, corpus.codes, corpus.offsets
    return lambda **options: Batches(*arrays, **{"targets": corpus.tags, "per_token": True, "size": 16} | options)
