"""What the models have in common: any encoder, settings that come back, any device."""

import numpy as np
import pytest
import torch

from seqmodels.batches.word_batches import Batches
from seqmodels.metrics.scores import accuracy
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.models.tagger import Tagger, TaggerSettings
from seqmodels.training.fit import TrainingSettings, fit
from textprep.errors import TextmillError
from textprep.settings import from_toml, to_toml, with_values

QUICK = TrainingSettings(epochs=10, learning_rate=0.01, warmup_steps=10, average_decay=0.9)
SMALL = {"input_dropout": 0.1, "output_dropout": 0.1}
RECURRENT = {"encoder.hidden_size": 16}
TRANSFORMER = {"encoder.kind": "transformer", "encoder.dropout": 0.0, "encoder.hidden_size": 16}
ENCODERS = {
    "transformer": TRANSFORMER,
    "convolution": {"encoder.kind": "convolution", "encoder.hidden_size": 16, "least_width": 2, "most_width": 3},
    "window": {"encoder.kind": "window", "encoder.hidden_size": 32},
    "ngram_bag": {"encoder.kind": "ngram_bag", "buckets": 1000, "input_dropout": 0.0, "output_dropout": 0.0},
    "hierarchical": {"encoder.kind": "hierarchical", "piece_length": 3},
    "stacked": {
        "encoder.kind": "stacked",
        "encoder.lower.kind": "convolution",
        "encoder.upper.kind": "recurrent",
        "encoder.lower.hidden_size": 8,
        "encoder.upper.hidden_size": 8,
        "between_dropout": 0.0,
    },
}
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def classifier(corpus, values):
    torch.manual_seed(0)
    return Classifier(with_values(ClassifierSettings(), {**SMALL, **values}), corpus.sizes, ["no", "yes"])


def tagger(corpus, values):
    torch.manual_seed(0)
    small = {**SMALL, "char_output": 8, "char_size": 6}
    return Tagger(with_values(TaggerSettings(), {**small, **values}), corpus.sizes, corpus.tag_names)


def batches(corpus, targets, **more):
    return Batches(corpus.features, corpus.codes, corpus.offsets, targets=targets, **more)


@pytest.mark.parametrize("kind", ENCODERS)
def test_a_classifier_learns_with_every_encoder(corpus, kind):
    model = classifier(corpus, ENCODERS[kind])

    def evaluate(trained):
        return {"accuracy": accuracy(corpus.labels, trained.decide(trained.predict(batches(corpus, None))))}

    assert fit(model, batches(corpus, corpus.labels, size=16, seed=0), evaluate, QUICK).best_score > 0.98


@pytest.mark.parametrize("values", [*ENCODERS.values(), {"decoder": "softmax", "hidden_size": 32}])
def test_a_tagger_learns_with_every_encoder_and_with_a_softmax(corpus, values):
    model = tagger(corpus, values)

    def evaluate(trained):
        return {"accuracy": accuracy(corpus.tags, trained.predict(batches(corpus, None, shared_words=True)).ids)}

    data = batches(corpus, corpus.tags, per_token=True, size=16, seed=0)
    assert fit(model, data, evaluate, QUICK).best_score > 0.98


@pytest.mark.parametrize(
    ("settings", "head"), [(ClassifierSettings, {"pooling": "mean"}), (TaggerSettings, {"scheme": "none"})]
)
@pytest.mark.parametrize(
    "values",
    [{}, {"encoder.kind": "transformer", "causal": True}, {"cell": "gru"}, *list(ENCODERS.values())[1:]],
)
def test_settings_come_back_from_toml_at_every_depth(settings, head, values, tmp_path):
    changed = with_values(settings(), {"char_encoder": "bilstm", **head, **values})
    (tmp_path / "config.toml").write_text(to_toml(changed), encoding="utf-8")
    assert from_toml(settings(), tmp_path / "config.toml") == changed


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("shared", [False, True])
def test_predicts_where_the_model_is_whatever_device_the_batches_are_on(corpus, device, shared):
    data = batches(corpus, None, shared_words=shared)
    model, labels = tagger(corpus, RECURRENT), classifier(corpus, RECURRENT)
    expected, probabilities = model.predict(data, probabilities=True), labels.predict(data)
    moved = model.to(device).predict(data, probabilities=True)
    assert (moved.ids == expected.ids).mean() > 0.99
    np.testing.assert_allclose(moved.probabilities, expected.probabilities, atol=1e-3)
    np.testing.assert_allclose(labels.to(device).predict(data), probabilities, atol=1e-3)


@pytest.mark.parametrize("device", DEVICES)
def test_learns_on_its_device(corpus, device):
    model = tagger(corpus, RECURRENT).to(device)
    for batch in batches(corpus, corpus.tags, per_token=True, size=50).to(device):
        model.loss(batch).backward()
    assert all(weight.grad.isfinite().all() for weight in model.parameters())


@pytest.mark.parametrize("make", [classifier, tagger])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e35])
def test_scores_of_which_no_probabilities_can_be_made(corpus, make, number):
    model = make(corpus, RECURRENT)
    with torch.no_grad():
        model.head.output.bias[0] = number
    with pytest.raises(TextmillError, match="the model's scores are no longer finite"):
        model.predict(batches(corpus, None))
