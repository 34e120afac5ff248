import pytest
import torch
from hypothesis import given, settings, strategies as st
from transformers.generation.logits_process import NoBadWordsLogitsProcessor

from seqmodels.generation.filters import OUT
from seqmodels.generation.phrases import Phrases
from textprep.errors import ConfigError

WORDS = 4
PHRASES = st.lists(st.lists(st.integers(0, WORDS - 1), min_size=1, max_size=4), max_size=5)


@settings(max_examples=200, deadline=None)
@given(PHRASES, st.integers(0, 6).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, WORDS - 1)] * n), min_size=1)))
def test_phrases_are_found_where_they_end(phrases, texts):
    given_texts = torch.tensor([list(text) for text in texts], dtype=torch.int64).view(len(texts), -1)
    found, scores = Phrases(phrases), torch.zeros(len(texts), WORDS)
    ended = [max([len(p) for p in phrases if list(text[-len(p) :]) == p], default=0) for text in texts]
    assert found.ended(given_texts).tolist() == ended
    if phrases:
        for text, row in zip(texts, found.ruled_out(scores, given_texts), strict=True):
            for word in range(WORDS):
                whole = [*text, word]
                assert (row[word] == OUT) == any(whole[-len(p) :] == p for p in phrases)


def test_bans_equal_those_of_transformers():
    random = torch.Generator().manual_seed(0)
    texts, scores = torch.randint(5, (200, 6), generator=random), torch.randn(200, 5, generator=random)
    phrases = [[1], [2, 3], [4, 4, 0], [0, 1, 2, 3]]
    theirs = NoBadWordsLogitsProcessor(phrases)(texts, scores)
    assert Phrases([1, (2, 3), torch.tensor([4, 4, 0]), [0, 1, 2, 3]]).ruled_out(scores, texts).equal(theirs)


@pytest.mark.parametrize(
    "phrases, message",
    [
        ([[]], "a stop phrase is empty; give the ids"),
        ([[1, 9]], r"a stop phrase has the id 9, which the model does not know; ids are 0\.\.8"),
        ([-1], "the id -1"),
        (["end"], "the id 'end'"),
        ([[1.5]], r"the id 1\.5"),
    ],
)
def test_what_is_no_phrase_is_refused(phrases, message):
    with pytest.raises(ConfigError, match=message):
        Phrases(phrases, kind="stop phrase", words=9)
