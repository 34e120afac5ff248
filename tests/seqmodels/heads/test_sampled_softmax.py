from itertools import product

import pytest
import torch

from seqmodels.heads.sampled_softmax import SampledSoftmaxSettings, log_uniform, unigram
from textprep.errors import ConfigError


def make(words=6, counts=None, **values):
    torch.manual_seed(0)
    softmax = SampledSoftmaxSettings(**values).build(4, words, counts=counts).double()
    torch.nn.init.normal_(softmax.bias)
    return softmax


@pytest.mark.parametrize("draws", [1, 2, 3])
@pytest.mark.parametrize("proposal", ["log_uniform", "unigram"])
def test_the_mean_over_all_samples_is_the_sum_over_all_words(draws, proposal):
    softmax = make(counts=torch.tensor([50, 9, 9, 0, 3, 1]), proposal=proposal)
    x, targets = torch.randn(5, 4, dtype=torch.float64), torch.tensor([0, 1, 3, 5, 5])
    mean = torch.zeros(5, dtype=torch.float64)
    for drawn in product(range(6), repeat=draws):
        words = torch.tensor(drawn)
        log_sums, right = softmax.log_sums(x, targets, words)
        mean += softmax.proposal[words].prod() * log_sums.exp()
    torch.testing.assert_close(mean, softmax(x).exp().sum(1))
    torch.testing.assert_close(right, softmax(x).gather(1, targets[:, None]).squeeze(1))


def test_the_loss_and_its_gradient_come_close_to_those_of_all_words():
    softmax = make(words=40, draws=200_000)
    x, targets = torch.randn(8, 4, dtype=torch.float64, requires_grad=True), torch.arange(8) * 5
    sampled, exact = softmax.total_loss(x, targets), softmax.nats(x, targets).sum()
    torch.testing.assert_close(sampled, exact, rtol=0.01, atol=0.0)
    inputs = [x, softmax.table, softmax.bias]
    for mine, theirs in zip(torch.autograd.grad(sampled, inputs), torch.autograd.grad(exact, inputs), strict=True):
        assert (mine - theirs).norm() < 0.03 * theirs.norm()


@pytest.mark.parametrize("proposal", ["log_uniform", "unigram"])
def test_words_are_drawn_by_the_proposal_and_the_seed(proposal):
    softmax = make(words=8, counts=torch.tensor([80, 40, 0, 9, 3, 3, 2, 1]), draws=100_000, proposal=proposal)
    torch.manual_seed(1)
    drawn = softmax.draw()
    found = torch.bincount(drawn, minlength=8) / len(drawn)
    torch.testing.assert_close(found.double(), softmax.proposal, rtol=0.0, atol=0.006)  # some four deviations
    torch.manual_seed(1)
    assert softmax.draw().equal(drawn)


def test_proposals_are_probabilities():
    assert log_uniform(10_000).sum().item() == pytest.approx(1.0, abs=1e-12)
    assert log_uniform(3).tolist() == pytest.approx([0.5, 0.29248125, 0.20751875])  # log2(2 1.5 4/3) / 2
    assert unigram(3, torch.tensor([5, 0, 0])).tolist() == pytest.approx([0.75, 0.125, 0.125])


def test_counts_of_another_number_of_words():
    with pytest.raises(ConfigError, match="counts of 6 words"):
        make(counts=torch.ones(5), proposal="unigram")


def test_saved_weights_bring_the_counts():
    trained, again = make(counts=torch.arange(6), proposal="unigram"), make(counts=None, proposal="unigram")
    assert again.proposal.tolist() == pytest.approx([1 / 6] * 6)
    again.load_state_dict(trained.state_dict())
    assert torch.equal(again.proposal, trained.proposal)
