import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax
from torch.nn import functional as F

from seqmodels.batches.word_batches import Batches
from seqmodels.heads.ngram_scores import NGramScores, distinct_grams, gram_keys
from seqmodels.inputs.word_features import FeatureTable

WORDS, FREEDOM = 9, 10.0  # rows of the word matrix; 0 is padding, 1 the unknown word


def made(count, seed):
    """Texts of 0-6 words; the class is told by a word, or by the order of two."""
    rng = np.random.default_rng(seed)
    texts = [rng.integers(1, WORDS, rng.integers(0, 7)).tolist() for _ in range(count)]
    labels = [2 if (4, 3) in set(zip(row, row[1:], strict=False)) else int(2 in row) for row in texts]
    return texts, np.array(labels)


def as_batches(texts, **more):
    table = FeatureTable(torch.arange(WORDS), torch.zeros(WORDS, 0, dtype=torch.int64), torch.zeros(WORDS).long())
    codes = np.array([word for row in texts for word in row], np.int32)
    return Batches(table, codes, np.cumsum([0, *map(len, texts)]), **more)


def fitted(texts, targets, classes, loss=F.cross_entropy, **more):
    model = NGramScores(0, classes)
    lengths = torch.tensor([len(row) for row in texts])
    model.fit(as_batches(texts).words(), lengths, torch.from_numpy(targets), loss, freedom=FREEDOM, **more)
    return model


def scores_of(model, texts, **more):
    batches = as_batches(texts, **more)
    scores = np.zeros((len(texts), len(model.bias)))
    for batch in batches:
        scores[batch.rows] = model(batch).numpy()
    return scores


def grams_of(row):
    grams = {(word,) for word in row} | set(zip(row, row[1:], strict=False))
    return {gram for gram in grams if 1 not in gram}


def cross_entropy(scores, hot):
    return -(log_softmax(scores, 1) * hot).sum() / len(hot), (np.exp(log_softmax(scores, 1)) - hot) / len(hot)


def binary_cross_entropy(scores, hot):
    losses = np.logaddexp(0, scores) - scores * hot
    return losses.mean(), (1 / (1 + np.exp(-scores)) - hot) / hot.size


def written_out(texts, hot, new, loss):
    """The same model with dense matrices and another solver; its scores of new texts."""
    found = [grams_of(row) for row in texts]
    names = sorted({gram for each in found for gram in each if sum(gram in other for other in found) >= 2})
    has = np.array([[gram in each for gram in names] for each in found], float)
    idf = np.log((1 + len(texts)) / (1 + has.sum(0))) + 1
    inside, outside = has.T @ hot + 1, has.T @ (1 - hot) + 1
    ratio = np.log(inside / inside.sum(0)) - np.log(outside / outside.sum(0))

    def unit(rows):
        norms = np.linalg.norm(rows * idf, axis=1, keepdims=True)
        return rows * idf / np.where(norms == 0, 1, norms)

    x, classes = unit(has), hot.shape[1]

    def objective(values):
        factors, bias = values[:-classes].reshape(ratio.shape), values[-classes:]
        value, slope = loss(x @ (ratio * factors) + bias, hot)
        slopes = (x.T @ slope) * ratio + factors / (FREEDOM * len(texts))
        value += (factors**2).sum() / (2 * FREEDOM * len(texts))
        return value, np.append(slopes.ravel(), slope.sum(0))

    best = minimize(objective, np.zeros(ratio.size + classes), jac=True, method="BFGS", options={"gtol": 1e-7}).x
    factors, bias = best[:-classes].reshape(ratio.shape), best[-classes:]
    rows = np.array([[gram in grams_of(row) for gram in names] for row in new], float)
    return unit(rows) @ (ratio * factors) + bias


def test_it_is_the_model_written_out():
    texts, labels = made(60, 0)
    new, _ = made(40, 1)
    expected = written_out(texts, np.eye(3)[labels], new, cross_entropy)
    np.testing.assert_allclose(
        log_softmax(scores_of(fitted(texts, labels, 3), new), 1), log_softmax(expected, 1), atol=2e-3
    )


def test_several_labels_a_text():
    texts, _ = made(60, 0)
    new, _ = made(40, 1)
    labels = np.array([[2 in row, len(row) > 3] for row in texts]).astype(np.int64)

    def loss(scores, targets):
        return F.binary_cross_entropy_with_logits(scores, targets.float())

    expected = written_out(texts, labels, new, binary_cross_entropy)
    np.testing.assert_allclose(scores_of(fitted(texts, labels, 2, loss), new), expected, atol=2e-3)


def test_it_learns_words_and_their_order():
    model, (new, labels) = fitted(*made(400, 0), 3), made(200, 1)
    assert (scores_of(model, new).argmax(1) == labels).mean() > 0.95


@pytest.mark.parametrize("more", [{"size": 1}, {"tokens": 20, "seed": 3}, {"shared_words": True}])
def test_a_text_is_scored_alike_in_any_company(more):
    model, (new, _) = fitted(*made(60, 0), 3), made(40, 1)
    np.testing.assert_allclose(scores_of(model, new, **more), scores_of(model, new), atol=1e-6)


def test_grams_are_the_distinct_words_and_pairs_without_unknown_ones():
    texts = [[2, 3, 2, 3], [3, 1, 2], [], [2, 3, 8], [1]]
    grams = distinct_grams(as_batches(texts).words(), torch.tensor([len(row) for row in texts]), 2)
    assert grams.keys.tolist() == sorted([2 << 31, 3 << 31, (2 << 31) + 3])
    assert grams.found.tolist() == [3, 2, 3]
    rows = {key: [] for key in grams.keys.tolist()}
    for text, gram in zip(grams.text.tolist(), grams.gram.tolist(), strict=True):
        rows[int(grams.keys[gram])].append(text)
    assert rows == {2 << 31: [0, 1, 3], (2 << 31) + 3: [0, 3], 3 << 31: [0, 1, 3]}
    assert gram_keys(torch.tensor(2), torch.tensor(3)) == (2 << 31) + 3


def test_with_no_gram_known_there_is_the_share_of_each_class():
    texts, labels = made(60, 0)
    model = fitted(texts, labels, 3, min_count=61)
    assert len(model.keys) == 0
    np.testing.assert_allclose(
        np.exp(log_softmax(scores_of(model, texts), 1))[0], np.bincount(labels) / len(labels), atol=1e-3
    )


def test_before_it_is_fitted_the_networks_scores_stay():
    batch = next(iter(as_batches(made(5, 0)[0])))
    network = torch.randn(5, 3)
    assert torch.equal(NGramScores(0, 3).beside(network, batch), network)


def test_the_balance_is_where_the_loss_is_least():
    generator = torch.Generator().manual_seed(0)
    network, own = torch.randn(2, 80, 3, generator=generator)
    targets = (network + 0.3 * own + torch.randn(80, 3, generator=generator)).argmax(1)
    model = NGramScores(0, 3)
    model.weigh(network, own, targets, F.cross_entropy)

    def objective(balance):
        scores = balance[0] * network.double().numpy() + balance[1] * own.double().numpy()
        return cross_entropy(scores, np.eye(3)[targets])[0] + 3 / 80 * ((balance - 1) ** 2).sum()

    expected = minimize(objective, np.ones(2)).x
    np.testing.assert_allclose(model.balance.numpy(), expected, atol=1e-3)
    model.weigh(-10 * network, own, targets, F.cross_entropy)
    assert model.balance[0] == 0  # what misleads is left out, not turned round
