import itertools

import numpy as np
import torch

from seqmodels.batches.word_batches import Batches
from seqmodels.inspect.tag_marginals import tag_marginals
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.models.tagger import Tagger, TaggerSettings


def test_probabilities_are_sums_over_all_taggings(corpus):
    torch.manual_seed(0)
    model = Tagger(TaggerSettings(encoder=RecurrentSettings(hidden_size=4)), corpus.sizes, corpus.tag_names)
    rows = np.flatnonzero(np.diff(corpus.offsets) == 3)[:2]
    batch = Batches(corpus.features, corpus.codes, corpus.offsets).lay_out(rows)
    found = tag_marginals(model, batch, ["a", "b", "c"], row=1)
    K = len(corpus.tag_names)
    with torch.no_grad():
        scores, crf = model(batch)[1:], model.head.decoder
        every = list(itertools.product(range(K), repeat=3))
        likely = np.exp([crf.log_likelihood(scores, torch.tensor([tags]), torch.tensor([3])).item() for tags in every])
    expected = np.zeros((3, K))
    for tags, probability in zip(every, likely, strict=True):
        expected[range(3), tags] += probability
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    assert found.best == [corpus.tag_names[tag] for tag in every[int(likely.argmax())]]
    assert found.tags == corpus.tag_names
