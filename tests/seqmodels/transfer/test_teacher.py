from itertools import product

import numpy as np
import pytest
import torch
from torch import nn

from seqmodels.transfer.teacher import Teacher, log_probabilities
from textprep.errors import InputError


@torch.no_grad()
def test_the_probabilities_are_those_that_the_models_give(classifier, multi_label, tagger, sentences, tagged):
    batch = next(iter(sentences()))
    for model in (classifier(), multi_label()):
        found = log_probabilities(model, model.eval()(batch), batch).exp()
        wanted = model.probabilities(batch)
        pairs = wanted if model.head.__class__.__name__ == "ClassHead" else torch.stack([wanted, 1 - wanted], -1)
        torch.testing.assert_close(found, pairs)
    for decoder in ("crf", "softmax"):
        model, batch = tagger(decoder), next(iter(tagged()))
        found = log_probabilities(model, model.eval()(batch), batch).exp()
        torch.testing.assert_close(found, model.marginals(batch))
    scores = torch.randn(2, 3)
    torch.testing.assert_close(log_probabilities(nn.Linear(1, 1), scores, None), scores.log_softmax(-1))


@torch.no_grad()
def test_a_crf_tells_the_sum_over_all_taggings(tagger, tagged):
    model, batch = tagger().eval(), next(iter(tagged(max_length=3)))
    scores = model(batch)
    found = log_probabilities(model, scores, batch).exp()
    tags = torch.tensor(list(product(range(5), repeat=3)))
    each = model.head.decoder.log_likelihood(scores[:1].expand(len(tags), -1, -1), tags, torch.tensor([3] * len(tags)))
    wanted = [[each[tags[:, t] == tag].exp().sum() for tag in range(5)] for t in range(3)]
    np.testing.assert_allclose(found[0], wanted, atol=1e-5)


def test_it_is_frozen_and_stays_in_evaluation_mode(classifier, sentences):
    model, batch = classifier(), next(iter(sentences()))
    with torch.no_grad():
        wanted = log_probabilities(model, model.eval()(batch), batch)
    teacher = Teacher(model.train())
    nn.ModuleList([teacher]).train()
    assert not any(module.training for module in model.modules())
    assert not any(weight.requires_grad for weight in teacher.parameters())
    answer = teacher(batch)
    assert answer.equal(wanted)  # no dropout
    assert not answer.requires_grad


@pytest.mark.parametrize("kind", ["classifier", "multi_label", "tagger"])
def test_it_may_be_asked_once_for_all_rows(classifier, multi_label, tagger, sentences, tagged, corpus, kind):
    model = {"classifier": classifier, "multi_label": multi_label, "tagger": tagger}[kind]()
    several = {"targets": np.stack([corpus.labels] * 2, 1)} if kind == "multi_label" else {}
    make = tagged if kind == "tagger" else sentences
    teacher, remembering = Teacher(model), Teacher(model, make(size=7, **several))
    assert not list(remembering.parameters())
    for batch in make(size=32, seed=1, **several).epoch(3):
        found, wanted = remembering(batch).softmax(-1), teacher(batch).softmax(-1)  # padding is any constant
        torch.testing.assert_close(found, wanted)


def test_rows_that_it_was_not_asked_about(classifier, sentences):
    teacher = Teacher(classifier(), sentences())
    batch = next(iter(sentences()))
    with pytest.raises(InputError, match="not asked about row 200; let it remember the corpus"):
        teacher(batch._replace(rows=batch.rows + 200 - batch.rows.min()))
