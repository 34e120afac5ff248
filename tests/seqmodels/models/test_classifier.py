import numpy as np
import pytest
import torch

from seqmodels.batches.word_batches import Batches
from seqmodels.heads.multi_label_head import MultiLabelHeadSettings
from seqmodels.layers.pooling import POOLINGS
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.metrics.scores import accuracy
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.weights import load_weights, save_weights
from textprep.errors import InputError
from textprep.settings import with_values


def make(corpus, matrix=None, class_weights=None, **settings):
    torch.manual_seed(0)
    small = {"char_output": 8, **settings}
    small = with_values(ClassifierSettings(encoder=RecurrentSettings(hidden_size=12)), small)
    return Classifier(small, corpus.sizes, ["no", "yes"], matrix, class_weights)


def batches(corpus, **more):
    return Batches(corpus.features, corpus.codes, corpus.offsets, targets=corpus.labels, **more)


@pytest.mark.parametrize("pooling", list(POOLINGS))
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
    for more in ({"size": 1}, {"tokens": 50, "seed": 3}, {"shared_words": True}):
        np.testing.assert_allclose(model.predict(batches(corpus, **more)), first, atol=1e-5)


def test_loss_is_cross_entropy(corpus):
    model = make(corpus).eval()
    batch = next(iter(batches(corpus)))
    chosen = model.probabilities(batch).gather(1, batch.targets[:, None])
    torch.testing.assert_close(model.loss(batch), -chosen.log().mean())


def test_document_002_label_smoothing():
    logits, target = torch.tensor([[0.0, 0, 1, 0]]), torch.tensor([2])
    loss = torch.nn.functional.cross_entropy(logits, target, label_smoothing=0.1)
    assert loss.item() == pytest.approx(0.818669, abs=1e-6)  # epsilon / K, as the setting says


def test_word_vectors_are_taken_over(corpus):
    matrix = np.random.default_rng(0).normal(size=(13, 8)).astype(np.float32)
    np.testing.assert_array_equal(make(corpus, matrix).input.words.trained.detach(), matrix)


def test_a_batch_without_targets_has_no_loss(corpus):
    batch = next(iter(Batches(corpus.features, corpus.codes, corpus.offsets)))
    with pytest.raises(InputError, match="no targets"):
        make(corpus).loss(batch)


def test_several_labels_a_row_are_learned(corpus):
    """One label says whether there is an entity, the other whether the row is long."""
    long = np.diff(corpus.offsets) > 4
    labels = np.stack([corpus.labels, long], 1).astype(np.int64)
    torch.manual_seed(0)
    settings = ClassifierSettings(
        encoder=RecurrentSettings(hidden_size=12), head=MultiLabelHeadSettings(pooling="last")
    )
    model = Classifier(settings, corpus.sizes, ["entity", "long"])
    data = Batches(corpus.features, corpus.codes, corpus.offsets, targets=labels, size=16, seed=0)

    def evaluate(trained):
        return {"accuracy": float((trained.decide(trained.predict(data)) == labels).mean())}

    assert fit(model, data, evaluate, TrainingSettings(epochs=10, learning_rate=0.02)).best_score > 0.98


def test_class_weights_are_for_training_only(corpus):
    weights = torch.tensor([0.25, 4.0])
    plain, weighted = make(corpus).eval(), make(corpus, class_weights=weights).eval()
    np.testing.assert_array_equal(plain.predict(batches(corpus)), weighted.predict(batches(corpus)))
    batch = next(iter(batches(corpus)))
    losses = torch.nn.functional.cross_entropy(plain(batch), batch.targets, reduction="none")
    torch.testing.assert_close(weighted.loss(batch), (losses * weights[batch.targets]).mean())


def with_ngrams(corpus, **settings):
    model = make(corpus, ngrams=10.0, **settings)
    model.fit_ngrams([batches(corpus)], corpus.labels)
    return model


def test_the_linear_model_is_added_and_the_loss_is_the_networks_alone(corpus):
    model, plain = with_ngrams(corpus, output_dropout=0.0, input_dropout=0.0), make(corpus)
    model.ngrams.balance.copy_(torch.tensor([0.5, 2.0]))
    plain.load_state_dict(model.state_dict(), strict=False)
    model.eval(), plain.eval()
    batch = next(iter(batches(corpus)))
    torch.testing.assert_close(model(batch), 0.5 * plain(batch) + 2 * model.ngrams(batch))
    assert torch.equal(model.loss(batch), plain.loss(batch))
    first = model.predict(batches(corpus))
    for more in ({"size": 1}, {"tokens": 50, "seed": 3}, {"shared_words": True}):
        np.testing.assert_allclose(model.predict(batches(corpus, **more)), first, atol=1e-5)


def test_the_linear_model_is_fitted_to_all_corpora_as_to_one(corpus):
    half = int(corpus.offsets[100])
    parts = [
        Batches(corpus.features, corpus.codes[:half], corpus.offsets[:101]),
        Batches(corpus.features, corpus.codes[half:], corpus.offsets[100:] - half),
    ]
    model, other = with_ngrams(corpus), make(corpus, ngrams=10.0)
    other.fit_ngrams(parts, corpus.labels)
    assert other.sizes.ngrams == model.sizes.ngrams == len(model.ngrams.keys) > 0
    for name, value in model.ngrams.state_dict().items():
        assert torch.equal(value, other.ngrams.state_dict()[name]), name


def test_a_model_with_a_linear_one_is_rebuilt_from_its_sizes_and_weights(corpus, tmp_path):
    model = with_ngrams(corpus)
    model.weigh(batches(corpus), corpus.labels)
    assert not torch.equal(model.ngrams.balance, torch.ones(2))
    save_weights(model, tmp_path / "model.safetensors")
    again = Classifier(model.settings, model.sizes, model.labels)
    load_weights(again, tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict(batches(corpus)), model.predict(batches(corpus)))


def test_the_balance_comes_back_with_the_best_epoch(corpus):
    found = []

    def evaluate(model):
        model.weigh(batches(corpus), corpus.labels)
        found.append(model.ngrams.balance.tolist())
        return {"accuracy": [0.1, 0.9, 0.5][len(found) - 1]}

    model = with_ngrams(corpus)
    fit(model, batches(corpus, size=16, seed=0), evaluate, TrainingSettings(epochs=3, learning_rate=0.02))
    assert found[0] != found[1] != found[2]
    assert model.ngrams.balance.tolist() == found[1]


def test_balanced_weights_reach_the_linear_model_too(corpus):
    weights = torch.tensor([1.0, 20.0])
    plain, weighted = with_ngrams(corpus), make(corpus, class_weights=weights, ngrams=10.0)
    weighted.fit_ngrams([batches(corpus)], corpus.labels)
    assert weighted.ngrams.bias.diff() > plain.ngrams.bias.diff()


def test_without_a_linear_model_there_is_nothing_to_fit_or_weigh(corpus):
    model = make(corpus)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.fit_ngrams([batches(corpus)], corpus.labels)
    model.weigh(batches(corpus), corpus.labels)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
