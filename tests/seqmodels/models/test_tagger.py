import numpy as np
import pytest
import torch

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.batches.word_batches import Batches
from seqmodels.heads.allowed_tags import given_tags
from seqmodels.heads.tag_schemes import illegal_tags, tags_to_spans
from seqmodels.metrics.scores import entity_scores
from seqmodels.models.tagger import Tagger, TaggerSettings
from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from textprep.errors import ConfigError, InputError
from textprep.settings import with_values

SMALL = with_values(TaggerSettings(), {"hidden_size": 16, "char_output": 8, "char_size": 6})


def make(corpus, **changes):
    torch.manual_seed(0)
    return Tagger(with_values(SMALL, changes), corpus.sizes, corpus.tag_names)


def batches(corpus, **more):
    return Batches(corpus.features, corpus.codes, corpus.offsets, targets=corpus.tags, per_token=True, **more)


def spans(corpus, tags):
    rows = np.split(tags, corpus.offsets[1:-1])
    return [tags_to_spans([corpus.tag_names[i] for i in row]) for row in rows]


def test_learns_entities(corpus):
    model, gold = make(corpus, layers=2), spans(corpus, corpus.tags)

    def evaluate(tagger):
        found = spans(corpus, tagger.predict(batches(corpus, shared_words=True)).ids)
        return {"f1": entity_scores(gold, found)["all"].f1}

    settings = TrainingSettings(epochs=12, learning_rate=0.01, warmup_steps=5, metric="f1", average_decay=0.9)
    progress = fit(model, batches(corpus, size=16, seed=0), evaluate, settings)
    assert progress.best_score > 0.98
    assert evaluate(model)["f1"] == progress.best_score


def test_predictions_do_not_depend_on_how_batches_are_made(corpus):
    model = make(corpus)
    first = model.predict(batches(corpus)).ids
    assert first.shape == corpus.codes.shape
    for more in ({"size": 1}, {"tokens": 50, "seed": 3}, {"shared_words": True}):
        np.testing.assert_array_equal(model.predict(batches(corpus, **more)).ids, first)


def test_predictions_are_legal_even_untrained(corpus):
    predicted = np.split(make(corpus).predict(batches(corpus)).ids, corpus.offsets[1:-1])
    assert all(illegal_tags([corpus.tag_names[i] for i in row]) == [] for row in predicted)


def test_half_precision_keeps_most_tags(corpus):
    model, data = make(corpus), batches(corpus)
    with torch.autocast("cpu", torch.bfloat16):
        half = model.predict(data).ids
    assert (half == model.predict(data).ids).mean() > 0.9


def test_loss_is_the_mean_negative_log_likelihood_of_rows(corpus):
    model = make(corpus).eval()
    batch = next(iter(batches(corpus, size=4)))
    rows = model.head.decoder.log_likelihood(model(batch), batch.targets, batch.lengths)
    torch.testing.assert_close(model.loss(batch), -rows.mean())
    assert model.loss(batch) > 0


def test_marginals_are_probabilities(corpus):
    model = make(corpus).eval()
    batch = next(iter(batches(corpus, size=200)))
    with torch.no_grad():
        torch.testing.assert_close(model.marginals(batch).sum(2), batch.mask.float())


def test_probabilities_are_the_marginals_of_the_predicted_tags(corpus):
    model = make(corpus)
    tags = model.predict(batches(corpus, size=16, shared_words=True), probabilities=True)
    assert model.predict(batches(corpus)).probabilities is None
    np.testing.assert_array_equal(tags.ids, model.predict(batches(corpus)).ids)
    (batch,) = batches(corpus, size=200)
    with torch.no_grad():
        marginals = model.marginals(batch)
    for i, row in enumerate(batch.rows.tolist()):
        begin, end = corpus.offsets[row : row + 2]
        expected = marginals[i, torch.arange(end - begin), torch.from_numpy(tags.ids[begin:end])]
        np.testing.assert_allclose(tags.probabilities[begin:end], expected, atol=1e-5)


def test_tokens_that_are_cut_off_get_tag_0(corpus):
    tags = make(corpus).predict(batches(corpus, max_length=3), probabilities=True)
    place = np.arange(len(corpus.codes)) - np.repeat(corpus.offsets[:-1], np.diff(corpus.offsets))
    assert (tags.ids[place >= 3] == 0).all()
    assert (tags.probabilities[place >= 3] == 0).all()
    assert (tags.probabilities[place < 3] > 0).all()


def test_without_a_scheme_any_tag_may_follow_any(corpus):
    assert make(corpus, scheme="none").head.decoder.pair_penalty.abs().sum() == 0
    with pytest.raises(ConfigError, match="bioes"):
        make(corpus, scheme="bieos")


def test_a_batch_without_targets_has_no_loss(corpus):
    batch = next(iter(Batches(corpus.features, corpus.codes, corpus.offsets)))
    with pytest.raises(InputError, match="no targets"):
        make(corpus).loss(batch)


def test_known_tags_are_kept_and_the_best_of_several_is_the_one(corpus):
    model = make(corpus).eval()
    batch = next(iter(batches(corpus, size=200)))
    allowed = given_tags(torch.where(torch.arange(batch.mask.shape[1]) % 2 == 0, batch.targets, IGNORED), 5)
    with torch.no_grad():
        free, held = model.decode(batch), model.decode(batch, allowed=allowed)
        several = model.n_best(batch, 3, allowed=allowed)
    assert not free.equal(batch.targets)
    assert held[:, ::2].equal(batch.targets[:, ::2])
    legal = several.log_probabilities[:, 0].isfinite()
    assert legal.any()
    assert several.tags[legal, 0].equal(held[legal])
    assert (several.log_probabilities.diff(dim=1).nan_to_num(nan=0.0) <= 0).all()


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_tags_that_there_are_not_are_refused(corpus, decoder):
    batch = next(iter(batches(corpus, size=4)))
    with pytest.raises(InputError, match="target 5 at row 0, step 0"):
        make(corpus, decoder=decoder).loss(batch._replace(targets=batch.targets + 5 - batch.targets[0, 0]))
