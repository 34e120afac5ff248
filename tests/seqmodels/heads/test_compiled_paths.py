"""The compiled way and torch's way say the same; that both are right is seen in test_crf.py for the compiled one."""

import torch
from hypothesis import given, settings, strategies as st

from seqmodels.heads import compiled_paths, path_sums, viterbi
from seqmodels.heads.chain_scores import ChainScores


def scores(batch, time, tags, seed, scale=1.0):
    torch.manual_seed(seed)
    chain = ChainScores(torch.randn(tags, tags), torch.randn(tags), torch.randn(tags))
    chain.pairs[torch.rand(tags, tags) < 0.3] = -10_000.0
    doubled = ChainScores(*(each.double().requires_grad_() for each in chain))
    return (scale * torch.randn(batch, time, tags)).double().requires_grad_(), doubled


ROWS = st.lists(st.integers(0, 6), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(1, 9), st.sampled_from([1.0, 100.0, 3000.0]), st.integers(0, 999))
def test_sums_and_their_gradients(lengths, tags, scale, seed):
    emissions, chain = scores(len(lengths), 6, tags, seed, scale)
    counts, weights = torch.tensor(lengths), torch.randn(len(lengths)).double()
    found = []
    for way in (compiled_paths, path_sums):
        total = way.log_partition(emissions, chain, counts)
        found.append([total, *torch.autograd.grad((total * weights).sum(), [emissions, *chain])])
    for compiled, plain in zip(*found, strict=True):
        torch.testing.assert_close(compiled, plain)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(1, 9), st.integers(0, 999))
def test_the_best_sequence(lengths, tags, seed):
    emissions, chain = scores(len(lengths), 6, tags, seed)
    counts = torch.tensor(lengths)
    assert compiled_paths.best_sequence(emissions, chain, counts).equal(viterbi.best_sequence(emissions, chain, counts))


def test_likelihood_is_score_less_partition():
    emissions, chain = scores(3, 5, 4, seed=0)
    counts, tags = torch.tensor([5, 0, 2]), torch.randint(0, 4, (3, 5))
    given = emissions.gather(2, tags.unsqueeze(2)).squeeze(2) * (torch.arange(5) < counts[:, None])
    score = given.sum(1) + chain.of(tags, counts)
    expected = score - path_sums.log_partition(emissions, chain, counts)
    found = compiled_paths.log_likelihood(emissions, chain, tags, counts)
    torch.testing.assert_close(found, expected)
    inputs = [emissions, *chain]
    for mine, theirs in zip(
        torch.autograd.grad(found.sum(), inputs), torch.autograd.grad(expected.sum(), inputs), strict=True
    ):
        torch.testing.assert_close(mine, theirs)


def test_inputs_of_any_layout_are_read():
    emissions, chain = scores(3, 5, 4, seed=1)
    counts, tags = torch.tensor([5, 1, 2], dtype=torch.int32), torch.randint(0, 4, (5, 3)).t()
    turned = emissions.detach().transpose(0, 1).contiguous().transpose(0, 1).half()
    plain = turned.double().contiguous()
    found = compiled_paths.log_likelihood(turned, chain, tags, counts)
    expected = compiled_paths.log_likelihood(plain, chain, tags.contiguous(), counts.long())
    assert found.dtype == torch.float16
    torch.testing.assert_close(found, expected.half())
    assert compiled_paths.best_sequence(turned, chain, counts).equal(viterbi.best_sequence(plain, chain, counts.long()))
