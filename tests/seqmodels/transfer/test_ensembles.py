from itertools import product

import numpy as np
import pytest
import torch

from seqmodels.training.weights import load_weights, save_weights
from seqmodels.transfer.ensembles import ClassifierEnsemble, TaggerEnsemble
from textprep.errors import ConfigError


@pytest.mark.parametrize("shared_words", [False, True])
def test_the_mean_of_probabilities(classifier, multi_label, sentences, corpus, shared_words):
    members = [classifier(seed=1), classifier("transformer", seed=2), classifier(seed=3, ngrams=1.0)]
    members[2].ngrams.bias += torch.tensor([1.0, 3.0])
    batches = sentences(shared_words=shared_words)
    together = ClassifierEnsemble(members)
    wanted = np.mean([member.predict(batches) for member in members], 0)
    np.testing.assert_allclose(together.predict(batches), wanted, atol=1e-6)
    assert (together.decide(together.predict(batches)) == wanted.argmax(1)).all()
    members = [multi_label(seed=seed) for seed in range(3)]
    batches = sentences(shared_words=shared_words, targets=np.stack([corpus.labels] * 2, 1))
    wanted = np.mean([member.predict(batches) for member in members], 0)
    np.testing.assert_allclose(ClassifierEnsemble(members).predict(batches), wanted, atol=1e-6)


def test_the_mean_of_scores_is_the_geometric_mean_of_probabilities(classifier, sentences):
    members = [classifier(seed=seed) for seed in range(3)]
    each = np.stack([member.predict(sentences()) for member in members])
    wanted = each.prod(0) ** (1 / 3)
    wanted /= wanted.sum(1, keepdims=True)
    np.testing.assert_allclose(ClassifierEnsemble(members, "scores").predict(sentences()), wanted, atol=1e-6)


def test_a_member_that_is_sure_gives_no_infinite_scores(classifier, sentences):
    members = [classifier(seed=seed) for seed in range(2)]
    with torch.no_grad():
        members[0].head.output.bias[0] = 1e6
        members[1].head.output.bias[0] = 2e6
    assert (ClassifierEnsemble(members).predict(sentences()) == [1, 0]).all()


def log_likelihoods(model, batch, row, tags):
    """The log-probability of some taggings of one row: (taggings,)."""
    length = batch.lengths[row]
    scores = model.eval()(batch)[row, :length].expand(len(tags), -1, -1)
    return model.head.decoder.log_likelihood(scores, tags, length.repeat(len(tags)))


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
@torch.no_grad()
def test_taggers_give_the_geometric_mean_of_whole_taggings(tagger, tagged, decoder):
    members = [tagger(decoder, seed=seed) for seed in range(3)]
    together = TaggerEnsemble(members)
    batch = next(iter(tagged(size=40, max_length=3)))
    best, marginals = together.eval().decode(batch), together.marginals(batch)
    assert batch.lengths.max() == 3
    for row in range(0, 40, 8):
        length = int(batch.lengths[row])
        tags = torch.tensor(list(product(range(5), repeat=length)))
        mean = torch.stack([log_likelihoods(member, batch, row, tags) for member in members]).mean(0)
        together_mean = mean.double().softmax(0)
        assert tags[together_mean.argmax()].equal(best[row, :length])
        wanted = [[together_mean[tags[:, t] == tag].sum() for tag in range(5)] for t in range(length)]
        np.testing.assert_allclose(marginals[row, :length], wanted, atol=1e-5)


@pytest.mark.parametrize("shared_words", [False, True])
def test_a_tagger_alone_is_its_own_ensemble(tagger, tagged, shared_words):
    model, batches = tagger(), tagged(shared_words=shared_words)
    wanted = model.predict(batches, probabilities=True)
    found = TaggerEnsemble([model]).predict(batches, probabilities=True)
    assert (found.ids == wanted.ids).all()
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, rtol=1e-6)


def test_an_ensemble_is_saved_as_one_model(classifier, sentences, tmp_path):
    saved, loaded = (ClassifierEnsemble([classifier(seed=seed + k) for seed in (1, 2)]) for k in (0, 2))
    save_weights(saved, tmp_path / "ensemble")
    load_weights(loaded, tmp_path / "ensemble")
    assert (saved.predict(sentences()) == loaded.predict(sentences())).all()


def test_those_that_do_not_agree_are_refused(classifier, multi_label, tagger):
    other = classifier(seed=1)
    other.labels = ["yes", "no"]
    with pytest.raises(ConfigError, match="labels"):
        ClassifierEnsemble([classifier(), other])
    with pytest.raises(ConfigError, match="some of the models choose one class"):
        ClassifierEnsemble([classifier(), multi_label()])
    with pytest.raises(ConfigError, match="word 1 is"):
        ClassifierEnsemble([classifier(), classifier()], vocabularies=[["a", "b"], ["a", "c"]])
    for one in (tagger("softmax"), tagger(scheme="none")):
        with pytest.raises(ConfigError, match="different schemes or decoders"):
            TaggerEnsemble([tagger(), one])
    with pytest.raises(ConfigError, match="at least one"):
        TaggerEnsemble([])
