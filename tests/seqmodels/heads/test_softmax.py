from itertools import product

import pytest
import torch
from torch.nn import functional as F

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.heads.softmax import SoftmaxTags
from seqmodels.heads.tag_decoder import TAG_DECODERS
from textprep.errors import InputError


def test_equals_the_loop_over_tokens():
    torch.manual_seed(0)
    scores, lengths = torch.randn(3, 4, 5), torch.tensor([4, 2, 0])
    tags = torch.randint(0, 5, (3, 4))
    tags[1, 2:] = -100  # what stands in the padding must not matter
    decoder = TAG_DECODERS["softmax"](5)
    likelihood, marginals = decoder.log_likelihood(scores, tags, lengths), decoder.marginals(scores, lengths)
    decoded = decoder.decode(scores, lengths)
    for row, length in enumerate(lengths.tolist()):
        loss = F.cross_entropy(scores[row, :length], tags[row, :length], reduction="sum")
        torch.testing.assert_close(likelihood[row], -loss)
        torch.testing.assert_close(marginals[row, :length], scores[row, :length].softmax(1))
        assert decoded[row, :length].tolist() == scores[row, :length].argmax(1).tolist()
        assert decoded[row, length:].sum() == marginals[row, length:].sum() == 0


def test_it_has_nothing_to_learn_and_passes_empty_batches():
    decoder = SoftmaxTags(5)
    assert list(decoder.parameters()) == []
    empty, none = torch.zeros(2, 0, 5), torch.zeros(2, dtype=torch.int64)
    assert decoder.decode(empty, none).shape == (2, 0)
    assert decoder.log_likelihood(empty, torch.zeros(2, 0, dtype=torch.int64), none).tolist() == [0, 0]


def test_n_best_equals_enumeration():
    torch.manual_seed(1)
    scores, lengths = torch.randn(2, 3, 4).double(), torch.tensor([3, 0])
    allowed = torch.ones(2, 3, 4, dtype=torch.bool)
    allowed[0, 1, :2] = False
    tags, log_probabilities = SoftmaxTags(4).n_best(scores, lengths, 40, allowed)
    each = scores[0].log_softmax(1)
    paths = [path for path in product(range(4), repeat=3) if path[1] > 1]
    wanted = sorted(((sum(each[t, tag] for t, tag in enumerate(path)).item(), path) for path in paths), reverse=True)
    assert [tuple(path) for path in tags[0, :32].tolist()] == [path for _, path in wanted]
    assert log_probabilities[0, :32].tolist() == pytest.approx([score for score, _ in wanted])
    assert log_probabilities[0, 32:].tolist() == [-torch.inf] * 8
    assert log_probabilities[1].tolist() == [0.0] + [-torch.inf] * 39
    assert SoftmaxTags(4).decode(scores, lengths, allowed)[0].tolist() == list(wanted[0][1])


def test_unknown_tags_do_not_count_and_wrong_ones_are_refused():
    scores, lengths = torch.randn(1, 2, 3), torch.tensor([2])
    likelihood = SoftmaxTags(3).log_likelihood(scores, torch.tensor([[IGNORED, 1]]), lengths)
    torch.testing.assert_close(likelihood, scores.log_softmax(2)[:, 1, 1])
    with pytest.raises(InputError, match="target 3 at row 0, step 1"):
        SoftmaxTags(3).log_likelihood(scores, torch.tensor([[0, 3]]), lengths)
