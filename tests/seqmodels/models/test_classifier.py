import numpy as np
import pytest
import torch

from seqmodels.batches.token_batches import Batches
from seqmodels.layers.pooling import POOLINGS
from seqmodels.metrics.scores import accuracy
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from textprep.errors import InputError


def make(corpus, matrix=None, **settings):
    torch.manual_seed(0)
    small = {"hidden_size": 12, "char_output": 8, **settings}
    return Classifier(ClassifierSettings(**small), corpus.sizes, ["no", "yes"], matrix)


def batches(corpus, **more):
    return Batches(corpus.types, corpus.values, corpus.offsets, labels=corpus.labels, **more)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_learns_with_every_pooling(corpus, pooling):
    def evaluate(model):
        return {"accuracy": accuracy(corpus.labels, model.predict(batches(corpus)).argmax(1))}

    model = make(corpus, pooling=pooling)
    settings = TrainingSettings(epochs=8, learning_rate=0.02, warmup_steps=5)
    assert fit(model, batches(corpus, size=16, seed=0), evaluate, settings).best_score > 0.98


@pytest.mark.parametrize("chars", ["none", "cnn", "bilstm"])
def test_probabilities_do_not_depend_on_how_batches_are_made(corpus, chars):
    model = make(corpus, char_encoder=chars, shape_size=3)
    first = model.predict(batches(corpus))
    np.testing.assert_allclose(first.sum(1), 1, atol=1e-5)
    for more in ({"size": 1}, {"tokens": 50, "seed": 3}, {"shared_types": True}):
        np.testing.assert_allclose(model.predict(batches(corpus, **more)), first, atol=1e-5)


def test_loss_is_cross_entropy(corpus):
    model = make(corpus).eval()
    batch = next(iter(batches(corpus)))
    chosen = model.probabilities(batch).gather(1, batch.labels[:, None])
    torch.testing.assert_close(model.loss(batch), -chosen.log().mean())


def test_document_002_label_smoothing():
    logits, target = torch.tensor([[0.0, 0, 1, 0]]), torch.tensor([2])
    loss = torch.nn.functional.cross_entropy(logits, target, label_smoothing=0.1)
    assert loss.item() == pytest.approx(0.818669, abs=1e-6)  # epsilon / K, as the setting says


def test_word_vectors_are_taken_over(corpus):
    matrix = np.random.default_rng(0).normal(size=(13, 8)).astype(np.float32)
    np.testing.assert_array_equal(make(corpus, matrix).input.words.trained.detach(), matrix)


def test_a_batch_without_labels_has_no_loss(corpus):
    batch = next(iter(Batches(corpus.types, corpus.values, corpus.offsets)))
    with pytest.raises(InputError, match="no labels"):
        make(corpus).loss(batch)
