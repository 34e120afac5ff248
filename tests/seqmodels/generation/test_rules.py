import torch

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.filters import OUT
from seqmodels.generation.phrases import Phrases
from seqmodels.generation.rules import Rules
from tests.seqmodels.generation.small_models import Recurrent

SCORES = torch.arange(8.0) - 2


def left(rules, prompt, said=()):
    """The words that may follow."""
    drafts = Drafts(Recurrent(), [torch.tensor(prompt)], 6)
    for word in said:
        drafts.say(torch.tensor([word]))
    return rules.applied(SCORES.unsqueeze(0), drafts)[0].isfinite().nonzero().flatten().tolist()


def test_without_rules_scores_are_as_they_were():
    drafts = Drafts(Recurrent(), [torch.tensor([1])], 6)
    assert Rules(6).applied(SCORES.unsqueeze(0), drafts)[0].equal(SCORES)


def test_a_stop_phrase_counts_once_it_is_said_and_a_ban_also_where_it_was_given():
    phrases = Phrases([[1, 2], [5]])
    assert left(Rules(6, min_tokens=3, stop=phrases), [1]) == [0, 1, 2, 3, 4, 6, 7]
    assert left(Rules(6, min_tokens=3, stop=phrases), [0], [1]) == [0, 1, 3, 4, 6, 7]
    assert left(Rules(6, min_tokens=3, stop=phrases), [0], [1, 1, 1]) == list(range(8))
    assert left(Rules(6, banned=phrases), [1]) == [0, 1, 3, 4, 6, 7]


def test_what_is_forced_stands_above_all_else():
    rules = Rules(3, banned=Phrases([4]), no_repeat=1, forced={1: 4, -1: 2})
    assert [left(rules, [2, 4], [0] * said) for said in range(3)] == [[0, 1, 3, 5, 6, 7], [4], [2]]


def test_the_history_is_what_was_given_and_said():
    drafts = Drafts(Recurrent(), [torch.tensor([0]), torch.tensor([1, 3])], 6)
    drafts.say(torch.tensor([7, 7]))
    scores = Rules(6, repetition_penalty=2.0).applied(SCORES.expand(2, -1), drafts)
    assert scores.tolist() == [[-4.0, -1, 0, 1, 2, 3, 4, 2.5], [-2.0, -2, 0, 0.5, 2, 3, 4, 2.5]]
    assert (Rules(6, no_repeat=1).applied(SCORES.expand(2, -1), drafts) == OUT).nonzero().tolist() == [
        [0, 0],
        [0, 7],
        [1, 1],
        [1, 3],
        [1, 7],
    ]
