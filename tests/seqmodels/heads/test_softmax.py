import torch
from torch.nn import functional as F

from seqmodels.heads.softmax import SoftmaxTags
from seqmodels.heads.tag_decoder import TAG_DECODERS


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
