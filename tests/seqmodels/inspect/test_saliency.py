import numpy as np
import pytest
import torch

from seqmodels.batches.pair_batches import PairBatches
from seqmodels.batches.word_batches import Batches
from seqmodels.inputs.token_input import TokenInputSettings
from seqmodels.inputs.word_input import InputSettings
from seqmodels.inspect.saliency import classifier_score, gradient_times_input, integrated_gradients, pair_score
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.models.pair_classifier import JoinedSizes, PairClassifier, PairClassifierSettings
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids

VECTORS = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]], dtype=torch.float64)
WEIGHTS = torch.tensor([[1.0, 0.0], [2.0, 1.0], [-4.0, 0.0]], dtype=torch.float64)
TOKENS = ["a", "b", "c"]


def linear(versions):
    return (versions * WEIGHTS).sum((1, 2))


def cubic(versions):
    return versions.pow(3).sum((1, 2))


def test_a_linear_score_is_shared_out_exactly():
    for method in (gradient_times_input, integrated_gradients):
        found = method(linear, VECTORS, TOKENS)
        np.testing.assert_allclose(found.values, [1, 5, -2])
        assert found.score == pytest.approx(4)
    assert gradient_times_input(linear, VECTORS, TOKENS).gap is None
    assert integrated_gradients(linear, VECTORS, TOKENS, points=1).gap == pytest.approx(0)


def test_a_curved_score_by_its_integral():
    baseline = torch.full_like(VECTORS, 0.25)
    found = integrated_gradients(cubic, VECTORS, TOKENS, baseline=baseline, points=1, tolerance=1e-5)
    np.testing.assert_allclose(found.values, (VECTORS**3 - 0.25**3).sum(1).numpy(), rtol=1e-4)
    assert found.baseline == pytest.approx(6 * 0.25**3)
    assert abs(found.gap) <= 1e-5 * (found.score - found.baseline)
    np.testing.assert_allclose(gradient_times_input(cubic, VECTORS, TOKENS).values, (3 * VECTORS**3).sum(1).numpy())


def test_a_score_with_a_step_says_what_is_lacking():
    found = integrated_gradients(lambda x: (x.sum((1, 2)) > 1).double() + 0 * x.sum((1, 2)), VECTORS, TOKENS)
    assert found.gap == pytest.approx(1)


@pytest.mark.parametrize(
    "encoder",
    [RecurrentSettings(hidden_size=6), TransformerSettings(hidden_size=8, heads=2, inner_size=8, layers=1)],
)
def test_a_classifiers_tokens_make_up_its_score(corpus, encoder):
    torch.manual_seed(0)
    settings = ClassifierSettings(input=InputSettings(input_dropout=0.5), encoder=encoder)
    model = Classifier(settings, corpus.sizes, ["no", "yes"])
    row = int(np.diff(corpus.offsets).argmax())
    batch = Batches(corpus.features, corpus.codes, corpus.offsets).lay_out(np.array([row]))
    tokens = [f"token {k}" for k in range(int(batch.lengths))]
    score, vectors = classifier_score(model, batch, 1)
    found = integrated_gradients(score, vectors, tokens, tolerance=1e-3)
    with torch.no_grad():
        assert found.score == pytest.approx(model.network_scores(batch)[0, 1].item(), abs=1e-6)
    assert found.values.sum() == pytest.approx(
        found.score - found.baseline, abs=2e-3 * abs(found.score - found.baseline)
    )
    slope = gradient_times_input(score, vectors, tokens)
    for token in (0, len(tokens) - 1):  # the same by finite differences along the token's vector
        moved = []
        for side in (1e-3, -1e-3):
            version = vectors.clone()
            version[token] *= 1 + side
            moved.append(score(version.unsqueeze(0)).item())
        assert slope.values[token] == pytest.approx((moved[0] - moved[1]) / 2e-3, rel=0.02, abs=1e-4)


def pair_classifier(join, segments=0):
    torch.manual_seed(0)
    encoder = TransformerSettings(hidden_size=8, heads=2, inner_size=8, layers=1)
    settings = PairClassifierSettings(TokenInputSettings(size=8, deviation=1.0), encoder, join=join)
    batches = PairBatches(
        Ids(np.array([3, 4, 5, 6], np.int32), np.array([0, 3, 4])),
        Ids(np.array([7, 8, 3], np.int32), np.array([0, 2, 3])),
    )
    return PairClassifier(settings, JoinedSizes(9, segments, 2), ["no", "yes"], separator=2), batches


@pytest.mark.parametrize("join, segments, tokens", [("compared", 0, 5), ("together", 2, 7)])
def test_both_sides_of_a_pair_make_up_its_score(join, segments, tokens):
    model, batches = pair_classifier(join, segments)
    batch = batches.lay_out(np.array([0]))
    score, vectors = pair_score(model, batch, 1)
    assert vectors.shape == (tokens, 8)
    ids = {"compared": [3, 4, 5, 7, 8], "together": [3, 4, 5, 2, 7, 8, 2]}[join]
    read = model.input.words.weight[ids].detach()
    if segments:
        read = read + model.input.segments.weight[[0, 0, 0, 0, 1, 1, 1]].detach()
    torch.testing.assert_close(vectors, read)
    names = list(map(str, ids))
    found = integrated_gradients(score, vectors, names, tolerance=1e-3)
    with torch.no_grad():
        assert found.score == pytest.approx(model(batch)[0, 1].item(), abs=1e-6)
    assert abs(found.gap) < 2e-3 * abs(found.score - found.baseline)
    slope = gradient_times_input(score, vectors, names)
    for token in range(tokens):  # the same by finite differences along the token's vector
        moved = torch.stack([vectors, vectors])
        moved[0, token] *= 1 + 1e-3
        moved[1, token] *= 1 - 1e-3
        high, low = score(moved).tolist()
        assert slope.values[token] == pytest.approx((high - low) / 2e-3, rel=0.02, abs=1e-3)


def test_a_classifier_of_pairs_is_asked_for_one_pair_and_a_label_that_it_has():
    model, batches = pair_classifier("compared")
    for rows, label in ([0, 1], 0), ([0], 2):
        with pytest.raises(InputError, match=f"{len(rows)} pairs and the model 2 labels; give one pair"):
            pair_score(model, batches.lay_out(np.array(rows)), label)


def test_what_does_not_fit():
    with pytest.raises(InputError, match="there are 2 tokens and vectors"):
        gradient_times_input(linear, VECTORS, ["a", "b"])
    with pytest.raises(InputError, match="baseline"):
        integrated_gradients(linear, VECTORS, TOKENS, baseline=VECTORS[:2])
    with pytest.raises(ConfigError, match="points"):
        integrated_gradients(linear, VECTORS, TOKENS, points=0)


def test_a_classifier_is_asked_for_one_text_and_a_label_that_it_has(corpus):
    model = Classifier(ClassifierSettings(encoder=RecurrentSettings(hidden_size=3)), corpus.sizes, ["no", "yes"])
    batches = Batches(corpus.features, corpus.codes, corpus.offsets)
    for rows, label in ([0, 1], 0), ([0], 2):
        with pytest.raises(InputError, match=f"{len(rows)} texts and the model 2 labels"):
            classifier_score(model, batches.lay_out(np.array(rows)), label)
