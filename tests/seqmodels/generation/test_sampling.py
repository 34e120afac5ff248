import numpy as np
import pytest
import torch
from hypothesis import example, given, settings, strategies as st
from scipy import stats
from transformers.generation import logits_process as theirs

from seqmodels.generation.decoding import Decoding
from seqmodels.generation.filters import OUT
from seqmodels.generation.generate import generate
from seqmodels.generation.sampling import Sampling, drawn
from tests.seqmodels.generation.small_models import Recurrent, Table

SCORES = torch.tensor([[2.0, 0.5, -1.0, 1.5, OUT, 0.0]])
EVENLY = (torch.arange(100_000) + 0.5) / 100_000


def shares(method):
    """How often each word is chosen, over numbers that lie evenly in 0..1."""
    words = method.chosen(SCORES.expand(len(EVENLY), -1), EVENLY)
    return torch.bincount(words, minlength=SCORES.shape[1]) / len(EVENLY)


@pytest.mark.parametrize(
    "method, processors",
    [
        (Sampling(), []),
        (Sampling(temperature=0.3), [theirs.TemperatureLogitsWarper(0.3)]),
        (Sampling(top_k=2), [theirs.TopKLogitsWarper(2)]),
        (Sampling(top_p=0.8), [theirs.TopPLogitsWarper(0.8)]),
        (Sampling(min_p=0.2), [theirs.MinPLogitsWarper(0.2)]),
        (Sampling(typical=0.5), [theirs.TypicalLogitsWarper(0.5)]),
        (
            Sampling(1.6, top_k=4, top_p=0.9, min_p=0.1, typical=0.9),
            [
                theirs.TemperatureLogitsWarper(1.6),
                theirs.TopKLogitsWarper(4),
                theirs.TopPLogitsWarper(0.9),
                theirs.MinPLogitsWarper(0.1),
                theirs.TypicalLogitsWarper(0.9),
            ],
        ),
    ],
)
def test_words_are_chosen_with_the_probabilities_of_transformers(method, processors):
    scores = SCORES
    for processor in processors:
        scores = processor(None, scores)
    torch.testing.assert_close(shares(method), scores.softmax(1)[0], atol=2e-5, rtol=0)


def test_texts_are_drawn_from_the_model():
    """Frequencies of 3,000 texts of two words, against their probabilities (chi square)."""
    model = Recurrent(words=4)
    said = generate(model, [[1]] * 3000, Decoding(Sampling(), max_tokens=2))
    counts = np.bincount([4 * text.ids[0] + text.ids[1] for text in said], minlength=16)
    likely = {4 * text.ids[0] + text.ids[1]: np.exp(text.log_probabilities.astype(float).sum()) for text in said}
    assert sum(likely.values()) == pytest.approx(1, abs=0.01)
    seen = [word for word in likely if likely[word] * 3000 > 5]
    expected = np.array([likely[word] for word in seen])
    observed = counts[seen]
    assert stats.chisquare(observed, expected / expected.sum() * observed.sum()).pvalue > 0.001


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 99),
    st.lists(st.lists(st.integers(0, 10), min_size=1, max_size=4), min_size=1, max_size=5),
    st.sampled_from([{}, {"top_k": 3}, {"top_p": 0.7}, {"min_p": 0.2}, {"typical": 0.8}, {"temperature": 2.0}]),
)
def test_a_text_depends_on_the_seed_and_its_own_number_alone(seed, prompts, shaping):
    model, decoding = Recurrent(), Decoding(Sampling(seed=seed, **shaping), max_tokens=8)
    together = generate(model, prompts, decoding, stop=[5])
    for row, (prompt, said) in enumerate(zip(prompts, together, strict=True)):
        (alone,) = generate(model, [prompt], decoding, stop=[5], first_row=row)
        assert alone.ids.tolist() == said.ids.tolist()
        assert alone.row == said.row == row
        np.testing.assert_allclose(alone.log_probabilities, said.log_probabilities, rtol=1e-6)
    shorter = Decoding(Sampling(seed=seed, **shaping), max_tokens=3)
    for said, cut in zip(together, generate(model, prompts, shorter, stop=[5]), strict=True):
        assert cut.ids.tolist() == said.ids[:3].tolist()


def test_seeds_and_numbers_of_rows_make_a_difference():
    def texts(seed, first_row):
        decoding = Decoding(Sampling(seed=seed), max_tokens=10)
        return {tuple(text.ids) for text in generate(Recurrent(sharp=0.1), [[1]] * 3, decoding, first_row=first_row)}

    assert len(texts(0, 0) | texts(1, 0) | texts(0, 3)) == 9


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 9999), st.floats(0, 1, width=32), st.floats(0.1, 60))
@example(0, 1.0, 3.0)  # what is below 1 may be rounded to it
def test_what_is_ruled_out_is_never_drawn(seed, draw, spread):
    scores = spread * torch.randn(3, 30, generator=torch.Generator().manual_seed(seed))
    scores[:, [0, 7, 27, 28, 29]] = OUT
    places = drawn(scores, torch.full((3,), draw))
    assert scores.gather(1, places.unsqueeze(1)).isfinite().all()


def test_more_words_than_there_are():
    model, every, more = Table(torch.randn(7, 7)), Sampling(top_k=7), Sampling(top_k=1000)
    said = [generate(model, [[2], [3]], Decoding(method, max_tokens=20)) for method in (every, more)]
    assert [text.ids.tolist() for text in said[0]] == [text.ids.tolist() for text in said[1]]
