from itertools import product

import pytest
import torch
import torchcrf
from hypothesis import given, settings, strategies as st

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.heads.crf import CRF
from seqmodels.heads.tag_schemes import illegal_tags, legal_transitions, tag_names
from textprep.errors import ConfigError, InputError

TAGS = tag_names(["A"])  # O B I E S


def make(batch, time, seed, legal=False, scale=1.0):
    torch.manual_seed(seed)
    crf = CRF(5, legal_transitions(TAGS) if legal else None).double()
    for weight in crf.parameters():
        torch.nn.init.normal_(weight)
    return crf, (scale * torch.randn(batch, time, 5, dtype=torch.float64)).requires_grad_()


def path_score(crf, emissions, path):
    total = crf.start[path[0]] + crf.end[path[-1]]
    total = total + sum(emissions[t, tag] for t, tag in enumerate(path))
    return total + sum(crf.transitions[a, b] for a, b in zip(path, path[1:], strict=False))


def all_paths(crf, emissions, legal=False):
    """Every tag sequence of one row with its score: what the CRF sums over, written out."""
    paths = product(range(5), repeat=len(emissions))
    paths = [p for p in paths if not legal or not illegal_tags([TAGS[i] for i in p])]
    return paths, torch.stack([path_score(crf, emissions, path) for path in paths])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from([1.0, 30.0, 1000.0]),  # with the last, what the best tags forbid lies beyond the range of numbers
    st.integers(0, 999),
)
def test_equals_enumeration(lengths, legal, scale, seed):
    crf, emissions = make(len(lengths), 5, seed, legal, scale)
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


@pytest.mark.parametrize("legal", [False, True])
def test_single_precision_is_as_exact_as_it_can_be(legal):
    crf, emissions = make(4, 6, seed=3, legal=legal, scale=4.0)
    counts, tags = torch.tensor([6, 1, 0, 4]), torch.tensor([[0] * 6] * 4)
    inputs = [emissions, *crf.parameters()]
    exact = crf.log_likelihood(emissions, tags, counts)
    gradients = torch.autograd.grad(exact.sum(), inputs)
    crf.float()
    single = emissions.detach().float().requires_grad_()
    rounded = crf.log_likelihood(single, tags, counts)
    torch.testing.assert_close(rounded.double(), exact, rtol=1e-6, atol=1e-5)
    for mine, theirs in zip(torch.autograd.grad(rounded.sum(), [single, *crf.parameters()]), gradients, strict=True):
        torch.testing.assert_close(mine.double(), theirs, rtol=1e-6, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 17), st.integers(0, 999))
def test_equals_pytorch_crf(lengths, tags, seed):
    torch.manual_seed(seed)
    peer, crf = torchcrf.CRF(tags, batch_first=True).double(), CRF(tags).double()
    theirs = [peer.transitions, peer.start_transitions, peer.end_transitions]
    for mine, weight in zip(crf.parameters(), theirs, strict=True):
        mine.data.copy_(weight)
    counts, time = torch.tensor(lengths), max(lengths)
    mask = torch.arange(time) < counts[:, None]
    emissions = torch.randn(len(lengths), time, tags, dtype=torch.float64, requires_grad=True)
    gold = torch.randint(0, tags, (len(lengths), time))
    expected = peer(emissions, gold, mask=mask, reduction="none")
    ours = crf.log_likelihood(emissions, gold, counts)
    torch.testing.assert_close(ours, expected)
    mine = torch.autograd.grad(ours.sum(), [emissions, *crf.parameters()])
    wanted = torch.autograd.grad(expected.sum(), [emissions, *theirs], materialize_grads=True)
    for gradient, other in zip(mine, wanted, strict=True):
        torch.testing.assert_close(gradient, other)
    decoded = crf.decode(emissions, counts)
    assert [row[:n] for row, n in zip(decoded.tolist(), lengths, strict=True)] == peer.decode(emissions, mask=mask)


@pytest.mark.parametrize("legal", [False, True])
def test_gradients_by_differences(legal):
    crf, emissions = make(3, 4, seed=5, legal=legal)
    counts, tags = torch.tensor([4, 2, 0]), crf.decode(emissions, torch.tensor([4, 2, 0]))
    weights = [weight.detach().requires_grad_() for weight in crf.parameters()]

    def run(method, x, *values):
        state = dict(zip(("transitions", "start", "end"), values, strict=True))
        arguments = (x, tags, counts) if method == "log_likelihood" else (x, counts)
        return torch.func.functional_call(Method(crf, method), {f"crf.{k}": v for k, v in state.items()}, arguments)

    for method in ("log_likelihood", "log_partition"):
        assert torch.autograd.gradcheck(lambda *inputs, m=method: run(m, *inputs), [emissions, *weights])


class Method(torch.nn.Module):
    """A method of a CRF as a module, whose weights can be replaced."""

    def __init__(self, crf, name):
        super().__init__()
        self.crf, self.name = crf, name

    def forward(self, *arguments):
        return getattr(self.crf, self.name)(*arguments)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=3),
    st.booleans(),
    st.booleans(),
    st.sampled_from([1, 2, 7, 40]),
    st.integers(0, 999),
)
def test_n_best_equals_enumeration(lengths, legal, constrained, count, seed):
    crf, emissions = make(len(lengths), 3, seed, legal)
    counts = torch.tensor(lengths)
    allowed = torch.rand(len(lengths), 3, 5) < 0.6
    allowed[:, :, 0] |= ~allowed.any(2)
    tags, log_probabilities = crf.n_best(emissions, counts, count, allowed if constrained else None)
    partition = crf.log_partition(emissions, counts)
    for row, length in enumerate(lengths):
        paths, scores = all_paths(crf, emissions[row, :length], legal) if length else ([()], torch.zeros(1).double())
        known = [all(not constrained or allowed[row, t, tag] for t, tag in enumerate(path)) for path in paths]
        wanted = sorted(((s.item(), p) for s, p, ok in zip(scores, paths, known, strict=True) if ok), reverse=True)
        for rank in range(count):
            if rank < len(wanted):
                score, path = wanted[rank]
                assert tuple(tags[row, rank, :length].tolist()) == path
                assert log_probabilities[row, rank].item() == pytest.approx(score - partition[row].item(), abs=1e-9)
            else:
                assert log_probabilities[row, rank] == -torch.inf
        assert tags[row, :, length:].sum() == 0


def test_n_best_of_no_steps_and_of_none():
    crf, _ = make(1, 1, seed=0)
    tags, log_probabilities = crf.n_best(torch.zeros(2, 0, 5).double(), torch.zeros(2, dtype=torch.int64), 3)
    assert tags.shape == (2, 3, 0)
    assert log_probabilities.tolist() == [[0.0, -torch.inf, -torch.inf]] * 2
    with pytest.raises(ConfigError, match="count"):
        crf.n_best(torch.zeros(2, 1, 5).double(), torch.ones(2, dtype=torch.int64), 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=3), st.booleans(), st.integers(0, 999))
def test_decoding_keeps_to_what_is_allowed(lengths, legal, seed):
    crf, emissions = make(len(lengths), 4, seed, legal)
    counts = torch.tensor(lengths)
    allowed = torch.rand(len(lengths), 4, 5) < 0.5
    allowed[:, :, 0] |= ~allowed.any(2)
    decoded = crf.decode(emissions, counts, allowed)
    for row, length in enumerate(lengths):
        for t in range(length):
            assert allowed[row, t, decoded[row, t]]  # even where the scheme forbids all that is allowed
        if length:
            paths, scores = all_paths(crf, emissions[row, :length], legal)
            fits = torch.tensor([all(allowed[row, t, tag] for t, tag in enumerate(path)) for path in paths])
            if fits.any():
                best = scores.masked_fill(~fits, -torch.inf).argmax()
                assert tuple(decoded[row, :length].tolist()) == paths[int(best)]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=3), st.integers(0, 999))
def test_unknown_tags_are_summed_over(lengths, seed):
    crf, emissions = make(len(lengths), 4, seed)
    counts, tags = torch.tensor(lengths), torch.randint(0, 5, (len(lengths), 4))
    tags[torch.rand(tags.shape) < 0.5] = IGNORED
    likelihood = crf.log_likelihood(emissions, tags, counts)
    expected = []
    for row, length in enumerate(lengths):
        if length == 0:
            expected.append(0 * emissions[row].sum())
            continue
        paths, scores = all_paths(crf, emissions[row, :length])
        fits = torch.tensor([all(tags[row, t] in (IGNORED, tag) for t, tag in enumerate(path)) for path in paths])
        expected.append(scores[fits].logsumexp(0) - scores.logsumexp(0))
    torch.testing.assert_close(likelihood, torch.stack(expected))
    (mine,) = torch.autograd.grad(likelihood.sum(), emissions)
    (theirs,) = torch.autograd.grad(torch.stack(expected).sum(), emissions)
    torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize(("tags", "message"), [([[0, 5]], "target 5 at row 0, step 1"), ([[-1, 0]], "target -1")])
def test_tags_that_there_are_not_are_refused(tags, message):
    crf, emissions = make(1, 2, seed=0)
    for method in (crf.log_likelihood, crf.score):
        with pytest.raises(InputError, match=message):
            method(emissions, torch.tensor(tags), torch.tensor([2]))


def test_a_token_without_any_allowed_tag_is_refused():
    crf, emissions = make(2, 3, seed=0)
    allowed = torch.ones(2, 3, 5, dtype=torch.bool)
    allowed[1, 1:] = False
    assert crf.decode(emissions, torch.tensor([3, 1]), allowed).shape == (2, 3)  # beyond a row's length it is no matter
    with pytest.raises(InputError, match="row 1, step 1"):
        crf.decode(emissions, torch.tensor([3, 2]), allowed)
    with pytest.raises(InputError, match="allowed must be true or false"):
        crf.decode(emissions, torch.tensor([3, 2]), allowed[:, :2])


def test_scores_that_are_no_numbers_give_no_number():
    crf, emissions = make(2, 3, seed=0)
    broken = emissions.detach().clone()
    broken[0, 1, 2] = torch.nan
    likelihood = crf.log_likelihood(broken, torch.zeros(2, 3, dtype=torch.int64), torch.tensor([3, 3]))
    assert likelihood.isnan().tolist() == [True, False]


def test_lengths_must_fit():
    crf, emissions = make(2, 3, seed=0)
    for counts in ([4, 1], [1], [-1, 2]):
        with pytest.raises(InputError, match="lengths"):
            crf.decode(emissions, torch.tensor(counts))
    with pytest.raises(InputError, match="scores of 5 tags"):
        crf.decode(emissions[:, :, :4], torch.tensor([3, 1]))
