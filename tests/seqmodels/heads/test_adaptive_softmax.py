import pytest
import torch

from seqmodels.heads.adaptive_softmax import AdaptiveSoftmaxSettings
from textprep.errors import ConfigError


def test_equals_the_softmax_over_all_words_that_its_weights_make():
    torch.manual_seed(0)
    softmax = AdaptiveSoftmaxSettings(frequent=5, clusters=2, shrink=2.0).build(8, 20).double()
    inner = softmax.softmax
    assert inner.cutoffs == [5, 10, 20]
    x = torch.randn(6, 8, dtype=torch.float64)
    head = (x @ inner.head.weight.T + inner.head.bias).softmax(1)  # 5 words, 2 clusters
    parts = [head[:, :5]]
    for cluster, (down, up) in enumerate(inner.tail):
        parts.append(head[:, 5 + cluster, None] * (x @ down.weight.T @ up.weight.T).softmax(1))
    probabilities = torch.cat(parts, 1)  # (6, 20)
    torch.testing.assert_close(probabilities.sum(1), torch.ones(6).double())
    torch.testing.assert_close(softmax(x), probabilities.log())
    torch.testing.assert_close(softmax(x.view(2, 3, 8)), probabilities.log().view(2, 3, 20))
    targets = torch.tensor([0, 4, 5, 9, 10, 19])
    expected = -probabilities.log()[torch.arange(6), targets]
    torch.testing.assert_close(softmax.nats(x, targets), expected)
    torch.testing.assert_close(softmax.total_loss(x, targets), expected.sum())


def test_clusters_grow_by_a_factor():
    assert AdaptiveSoftmaxSettings(frequent=1000, clusters=3).cutoffs(1_000_000) == [1000, 10_000, 100_000]


@pytest.mark.parametrize(("words", "size", "message"), [(2000, 64, "2000 words"), (2002, 64, "2002"), (9000, 63, "63")])
def test_what_does_not_fit_is_refused(words, size, message):
    with pytest.raises(ConfigError, match=message):
        AdaptiveSoftmaxSettings().build(size, words)
    assert AdaptiveSoftmaxSettings().build(64, 9000)(torch.randn(2, 64)).shape == (2, 9000)


def test_half_precision_is_close():
    torch.manual_seed(0)
    softmax = AdaptiveSoftmaxSettings(frequent=5, clusters=2, shrink=2.0).build(8, 20)
    x, targets = torch.randn(6, 8), torch.tensor([0, 4, 5, 9, 10, 19])
    with torch.autocast("cpu", torch.bfloat16):
        rounded = softmax.nats(x.bfloat16(), targets)
    torch.testing.assert_close(rounded, softmax.nats(x, targets), rtol=0.02, atol=0.02)
