import pytest
import torch
from torch.nn import functional as F

from seqmodels.generation.contrastive import Contrastive
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate
from seqmodels.generation.greedy import Greedy
from tests.seqmodels.generation.small_models import GPT2, Recurrent, Table
from textprep.errors import ConfigError


def word_by_word(model, prompt, tokens, k, penalty, banned=None):
    """The paper's equation, one candidate at a time, everything read from the beginning."""

    def read(text):
        scores, hidden, _ = model.next_hidden(torch.tensor([text]), torch.tensor([len(text)]), None)
        return scores[0].detach(), hidden[0].detach()

    text = list(prompt)
    for _ in range(tokens):
        scores, past = read(text)
        if banned is not None:
            scores[banned] = -torch.inf
        probabilities, words = scores.softmax(0).topk(k)
        worth = []
        for probability, word in zip(probabilities, words, strict=True):
            hidden = read([*text, int(word)])[1][-1]
            worth.append((1 - penalty) * probability - penalty * F.cosine_similarity(past, hidden.unsqueeze(0)).max())
        text.append(int(words[int(torch.stack(worth).argmax())]))
    return text[len(prompt) :]


@pytest.mark.parametrize("model", [Recurrent(), GPT2(spread=0.3)])
@pytest.mark.parametrize("k, penalty", [(1, 0.5), (3, 0.6), (5, 0.3), (5, 1.0)])
def test_equals_the_paper_word_by_word(model, k, penalty):
    prompts = [[3, 1, 4, 1], [2], [7, 8]]
    said = generate(model, prompts, Decoding(Contrastive(k, penalty), max_tokens=12), banned=[4])
    for prompt, text in zip(prompts, said, strict=True):
        assert text.ids.tolist() == word_by_word(model, prompt, 12, k, penalty, banned=4)


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
