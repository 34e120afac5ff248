import pytest
import torch
from torch.nn import functional as F

from seqmodels.generation.contrastive import Contrastive
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate
from seqmodels.generation.greedy import Greedy
from tests.seqmodels.generation.small_models import GPT2, Recurrent, Table
from textprep.errors import ConfigError


def word_by_word(model, prompt, tokens, k, penalty, banned=(), kept=0):
    """The paper's equation, one candidate at a time, everything read from the beginning, or from the `kept` tokens that
    are read anew when the context is full."""

    def read(text):
        scores, hidden, _ = model.next_hidden(torch.tensor([text]), torch.tensor([len(text)]), None)
        return scores[0].detach(), hidden[0].detach()

    text, begin = list(prompt), 0
    scores, past = read(text)
    for _ in range(tokens):
        scores[list(banned)] = -torch.inf
        probabilities, words = scores.softmax(0).topk(k)
        if model.context and len(text) + 1 - begin > model.context:
            begin = len(text) + 1 - kept
        tried = []
        for probability, word in zip(probabilities[probabilities > 0], words, strict=False):
            after, hidden = read([*text[begin:], int(word)])
            likeness = F.cosine_similarity(past, hidden[-1:]).max()
            tried.append((float((1 - penalty) * probability - penalty * likeness), int(word), after, hidden[-1:]))
        _, word, scores, hidden = max(tried, key=lambda one: one[0])
        text.append(word)
        past = torch.cat([past, hidden])
    return text[len(prompt) :]


@pytest.mark.parametrize("model", [Recurrent(), GPT2(spread=0.3)])
@pytest.mark.parametrize("k, penalty", [(1, 0.5), (3, 0.6), (5, 0.3), (5, 1.0)])
def test_equals_the_paper_word_by_word(model, k, penalty):
    prompts = [[3, 1, 4, 1], [2], [7, 8]]
    said = generate(model, prompts, Decoding(Contrastive(k, penalty), max_tokens=12), banned=[4])
    for prompt, text in zip(prompts, said, strict=True):
        assert text.ids.tolist() == word_by_word(model, prompt, 12, k, penalty, banned=[4])


def test_a_full_context_is_read_anew():
    model = GPT2(context=8, spread=0.3)
    (said,) = generate(model, [[3, 1, 4]], Decoding(Contrastive(5, 0.8), max_tokens=16))
    assert said.ids.tolist() == word_by_word(model, [3, 1, 4], 16, 5, 0.8, kept=4)


def test_words_that_are_ruled_out_are_no_candidates():
    model = Recurrent(words=4)
    (said,) = generate(model, [[1]], Decoding(Contrastive(4, 1.0), max_tokens=12), banned=[0, 1])
    assert said.ids.tolist() == word_by_word(model, [1], 12, 4, 1.0, banned=[0, 1])


def test_without_penalty_it_is_greedy():
    model, prompts = Recurrent(), [[1, 2], [3], [9]]
    ours, greedy = (
        generate(model, prompts, Decoding(method, max_tokens=15), stop=[6])
        for method in (Contrastive(4, 0.0), Greedy())
    )
    assert [text.ids.tolist() for text in ours] == [text.ids.tolist() for text in greedy]
    assert [text.stop for text in ours] == [text.stop for text in greedy]
    for one, other in zip(ours, greedy, strict=True):
        assert one.log_probabilities.tolist() == pytest.approx(other.log_probabilities.tolist())


def test_more_candidates_than_words():
    model = Recurrent(words=4)
    (said,) = generate(model, [[1]], Decoding(Contrastive(50, 0.6), max_tokens=6))
    assert said.ids.tolist() == word_by_word(model, [1], 6, 4, 0.6)


def test_a_model_without_vectors_is_refused():
    with pytest.raises(ConfigError, match="contrastive search needs a model with next_hidden, and Table has none"):
        generate(Table(torch.zeros(3, 3)), [[1]], Decoding(Contrastive()))
