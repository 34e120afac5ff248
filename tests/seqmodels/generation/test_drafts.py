import torch
from hypothesis import given, settings, strategies as st

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.filters import NOTHING
from tests.seqmodels.generation.small_models import Recurrent, read_at_once

PROMPTS = st.lists(st.lists(st.integers(0, 10), min_size=1, max_size=5), min_size=1, max_size=4)


@settings(max_examples=80, deadline=None)
@given(PROMPTS, st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=5), max_size=6), st.booleans())
@torch.no_grad()
def test_rows_stay_themselves_however_they_are_chosen(prompts, choices, hidden):
    model = Recurrent()
    drafts = Drafts(model, [torch.tensor(prompt) for prompt in prompts], 6, first_row=10)
    texts = [(row, list(prompt)) for row, prompt in enumerate(prompts, start=10)]
    for said, choice in enumerate(choices):
        assert (len(drafts), drafts.said) == (len(texts), said)
        assert drafts.rows.tolist() == [row for row, _ in texts]
        for (_, text), history, new in zip(texts, drafts.history.tolist(), drafts.new.tolist(), strict=True):
            assert history == [NOTHING] * (len(history) - len(text)) + text
            assert new == text[len(text) - said :]
        scores = drafts.read_hidden()[0] if hidden else drafts.read()
        torch.testing.assert_close(scores, read_at_once(model, [text for _, text in texts]))
        chosen = [number % len(texts) for number in choice]
        drafts.choose(torch.tensor(chosen))
        drafts.say(torch.tensor(choice))
        texts = [(texts[row][0], [*texts[row][1], word]) for row, word in zip(chosen, choice, strict=True)]


@torch.no_grad()
def test_the_vectors_are_those_of_what_was_read():
    model = Recurrent()
    drafts = Drafts(model, [torch.tensor([1, 2, 3]), torch.tensor([4])], 2)
    _, hidden, lengths = drafts.read_hidden()
    assert lengths.tolist() == [3, 1]
    for row, prompt in enumerate([[1, 2, 3], [4]]):
        expected = model.next_hidden(torch.tensor([prompt]), lengths[row : row + 1], None)[1]
        torch.testing.assert_close(hidden[row : row + 1, : len(prompt)], expected)
    drafts.say(torch.tensor([5, 6]))
    assert drafts.read_hidden()[1].shape == (2, 1, 6)
