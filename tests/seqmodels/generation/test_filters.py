import pytest
import torch
from hypothesis import given, settings, strategies as st
from transformers.generation import logits_process as theirs

from seqmodels.generation.filters import (
    NOTHING,
    OUT,
    min_p,
    no_repeat,
    only,
    repetition_penalty,
    strongest,
    top_p,
    typical,
)

ROWS, WORDS = 5, 40
SHARES = [0.01, 0.2, 0.5, 0.9, 0.999]


def scores(seed, spread=3.0):
    return spread * torch.randn(ROWS, WORDS, generator=torch.Generator().manual_seed(seed))


def history(seed, time=30, words=6):
    return torch.randint(words, (ROWS, time), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    "ours, processor",
    [
        *[(lambda x, _, p=p: top_p(x, p), theirs.TopPLogitsWarper(p)) for p in SHARES],
        *[(lambda x, _, p=p: min_p(x, p), theirs.MinPLogitsWarper(p)) for p in SHARES],
        *[(lambda x, _, p=p: typical(x, p), theirs.TypicalLogitsWarper(p)) for p in SHARES],
        *[
            (lambda x, ids, n=n: no_repeat(x, ids, n), theirs.NoRepeatNGramLogitsProcessor(n))
            for n in (1, 2, 3, 4, 30, 31, 99)
        ],
        *[
            (lambda x, ids, p=p: repetition_penalty(x, ids, p), theirs.RepetitionPenaltyLogitsProcessor(p))
            for p in (0.5, 1.2, 3.0)
        ],
    ],
)
def test_equals_transformers(ours, processor, seed):
    given_scores, ids = scores(seed), history(seed)
    before = given_scores.clone()
    torch.testing.assert_close(ours(given_scores, ids), processor(ids, before.clone()))
    assert given_scores.equal(before)


@pytest.mark.parametrize("k", [1, 3, WORDS, WORDS + 5])
def test_top_k_equals_transformers(k):
    given_scores = scores(1)
    best, words = strongest(given_scores, k)
    spread = torch.full_like(given_scores, OUT).scatter(1, words, best)
    torch.testing.assert_close(spread, theirs.TopKLogitsWarper(k)(history(1), given_scores))
    assert best.equal(best.sort(descending=True).values)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 9), st.integers(2500, 4000), st.integers(1, 60), st.integers(0, 99), st.booleans())
def test_the_quick_way_to_the_best_finds_the_best(rows, words, k, seed, rounded):
    given_scores = torch.randn(rows, words, generator=torch.Generator().manual_seed(seed))
    if rounded:  # so that some are equal
        given_scores = given_scores.round()
    best, chosen = strongest(given_scores, k)
    assert best.equal(given_scores.sort(descending=True).values[:, :k])
    assert best.equal(given_scores.gather(1, chosen))
    assert all(len(set(row)) == k for row in chosen.tolist())


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_are_shorter_are_as_if_alone(seed):
    ids, given_scores = history(seed), scores(seed)
    for row, length in enumerate([30, 12, 3, 2, 1]):
        ids[row, : 30 - length] = NOTHING
    for row, length in enumerate([30, 12, 3, 2, 1]):
        alone, own = ids[row : row + 1, 30 - length :], given_scores[row : row + 1]
        for size in (1, 2, 3):
            assert no_repeat(given_scores, ids, size)[row].equal(no_repeat(own, alone, size)[0])
        assert repetition_penalty(given_scores, ids, 1.7)[row].equal(repetition_penalty(own, alone, 1.7)[0])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 9999), st.floats(0, 1), st.floats(0.01, 50), st.integers(1, 60))
def test_a_word_is_always_kept_and_none_comes_back(seed, share, spread, k):
    given_scores = scores(seed, spread)
    given_scores[:, ::3] = OUT
    for kept in (top_p(given_scores, share), min_p(given_scores, share), typical(given_scores, share)):
        assert kept.isfinite().any(1).all()
        assert (kept == OUT)[:, ::3].all()
        assert ((kept == OUT) | (kept == given_scores)).all()
    assert strongest(given_scores, k)[0].isfinite().any(1).all()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 9999), st.floats(0.01, 0.99))
def test_the_nucleus_is_as_small_as_it_can_be(seed, mass):
    given_scores = scores(seed).double()
    probabilities = given_scores.softmax(1)
    for row, kept in zip(probabilities, top_p(given_scores, mass).isfinite(), strict=True):
        assert row[kept].sum() >= mass - 1e-9
        assert row[kept].sum() - row[kept].min() < mass
        assert kept.all() or row[kept].min() >= row[~kept].max()


def test_only_one_word_is_left():
    left = only(scores(0), 7)
    assert left.isfinite().nonzero()[:, 1].tolist() == [7] * ROWS
