from itertools import product

import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.heads.crf import CRF
from seqmodels.heads.tag_schemes import illegal_tags, legal_transitions, tag_names
from textprep.errors import InputError

TAGS = tag_names(["A"])  # O B I E S


def make(batch, time, seed, legal=False):
    torch.manual_seed(seed)
    crf = CRF(5, legal_transitions(TAGS) if legal else None).double()
    for weight in crf.parameters():
        torch.nn.init.normal_(weight)
    return crf, torch.randn(batch, time, 5, dtype=torch.float64, requires_grad=True)


def path_score(crf, emissions, path):
    total = crf.start[path[0]] + crf.end[path[-1]]
    total = total + sum(emissions[t, tag] for t, tag in enumerate(path))
    return total + sum(crf.transitions[a, b] for a, b in zip(path, path[1:], strict=False))


def all_paths(crf, emissions, legal=False):
    """Every tag sequence of one row with its score: what the CRF sums over, written out."""
    paths = product(range(5), repeat=len(emissions))
    paths = [p for p in paths if not legal or not illegal_tags([TAGS[i] for i in p])]
    return paths, torch.stack([path_score(crf, emissions, path) for path in paths])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.booleans(), st.integers(0, 999))
def test_equals_enumeration(lengths, legal, seed):
    crf, emissions = make(len(lengths), 5, seed, legal)
    counts = torch.tensor(lengths)
    decoded, marginals = crf.decode(emissions, counts), crf.marginals(emissions, counts)
    partition = crf.log_partition(emissions, counts)
    tags = torch.zeros(len(lengths), 5, dtype=torch.int64)
    for row, length in enumerate(lengths):
        paths, scores = all_paths(crf, emissions[row, :length], legal)
        torch.testing.assert_close(partition[row], scores.logsumexp(0))
        assert tuple(decoded[row, :length].tolist()) == paths[int(scores.argmax())]
        assert decoded[row, length:].sum() == 0
        expected = torch.zeros(5, 5, dtype=torch.float64)
        for path, probability in zip(paths, scores.softmax(0).detach(), strict=True):
            for t, tag in enumerate(path):
                expected[t, tag] += probability
        torch.testing.assert_close(marginals[row].detach(), expected)
        tags[row, :length] = torch.tensor(paths[seed % len(paths)])

    ours = crf.log_likelihood(emissions, tags, counts)
    plain = []
    for row, length in enumerate(lengths):
        paths, scores = all_paths(crf, emissions[row, :length], legal)
        plain.append(scores[seed % len(paths)] - scores.logsumexp(0))
    torch.testing.assert_close(ours, torch.stack(plain))
    inputs = [emissions, *crf.parameters()]
    for mine, theirs in zip(
        torch.autograd.grad(ours.sum(), inputs, allow_unused=True),
        torch.autograd.grad(torch.stack(plain).sum(), inputs, allow_unused=True),
        strict=True,
    ):
        torch.testing.assert_close(mine, torch.zeros_like(mine) if theirs is None else theirs)


def test_padding_and_company_have_no_influence():
    crf, emissions = make(4, 6, seed=1)
    counts = torch.tensor([6, 3, 1, 5])
    tags = torch.randint(0, 5, (4, 6))
    noisy, other = emissions.detach().clone(), tags.clone()
    for row, count in enumerate(counts.tolist()):
        noisy[row, count:], other[row, count:] = 1e5, -100
    torch.testing.assert_close(crf.log_likelihood(noisy, other, counts), crf.log_likelihood(emissions, tags, counts))
    assert crf.decode(noisy, counts).equal(crf.decode(emissions, counts))
    torch.testing.assert_close(crf.marginals(noisy, counts), crf.marginals(emissions, counts))
    alone = [crf.log_likelihood(emissions[i : i + 1, :n], tags[i : i + 1, :n], counts[i : i + 1])
             for i, n in enumerate(counts.tolist())]  # fmt: skip
    torch.testing.assert_close(torch.cat(alone), crf.log_likelihood(emissions, tags, counts))


def test_empty_rows_and_empty_batches():
    crf, emissions = make(2, 3, seed=2)
    counts, tags = torch.tensor([3, 0]), torch.zeros(2, 3, dtype=torch.int64)
    likelihood = crf.log_likelihood(emissions, tags, counts)
    assert likelihood[1] == 0
    assert crf.marginals(emissions, counts)[1].sum() == 0
    likelihood.sum().backward()
    assert emissions.grad.isfinite().all()
    for batch, time in ((0, 3), (2, 0)):
        emissions = torch.zeros(batch, time, 5, dtype=torch.float64)
        counts, tags = torch.zeros(batch, dtype=torch.int64), torch.zeros(batch, time, dtype=torch.int64)
        assert crf.log_likelihood(emissions, tags, counts).tolist() == [0.0] * batch
        assert crf.decode(emissions, counts).shape == (batch, time)
        assert crf.marginals(emissions, counts).shape == (batch, time, 5)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.integers(1, 12))
def test_only_legal_sequences_are_decoded(seed, time):
    crf, emissions = make(3, time, seed, legal=True)
    counts = torch.tensor([time, 1, max(1, time // 2)])
    for row, count in zip(crf.decode(10 * emissions, counts).tolist(), counts.tolist(), strict=True):
        assert illegal_tags([TAGS[i] for i in row[:count]]) == []


def test_marginals_are_the_gradient_of_the_log_partition():
    crf, emissions = make(3, 5, seed=4, legal=True)
    counts = torch.tensor([5, 2, 4])
    (gradient,) = torch.autograd.grad(crf.log_partition(emissions, counts).sum(), emissions)
    torch.testing.assert_close(crf.marginals(emissions, counts), gradient)


def test_long_sequences_stay_finite():
    crf = CRF(5, legal_transitions(TAGS))
    emissions = 50 * torch.randn(2, 500, 5)
    likelihood = crf.log_likelihood(
        emissions, crf.decode(emissions, torch.tensor([500, 400])), torch.tensor([500, 400])
    )
    assert likelihood.isfinite().all()
    assert (likelihood <= 0.1).all()  # up to the rounding of float32 over 500 steps


def test_lengths_must_fit():
    crf, emissions = make(2, 3, seed=0)
    for counts in ([4, 1], [1]):
        with pytest.raises(InputError, match="lengths"):
            crf.decode(emissions, torch.tensor(counts))
