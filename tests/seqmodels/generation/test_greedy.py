import pytest
import torch
from transformers import GenerationConfig

from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate
from tests.seqmodels.generation.small_models import GPT2, Recurrent, Table, read_at_once

PROMPTS = [[3, 1, 4, 1, 5], [2], [7, 1, 8]]


def test_each_word_is_the_best_behind_all_before_it():
    model = Recurrent()
    for prompt, said in zip(PROMPTS, generate(model, PROMPTS, Decoding(max_tokens=12)), strict=True):
        texts = [[*prompt, *said.ids[:n].tolist()] for n in range(12)]
        scores = read_at_once(model, texts)
        assert said.ids.tolist() == scores.argmax(1).tolist()
        expected = scores.log_softmax(1).amax(1)
        torch.testing.assert_close(torch.from_numpy(said.log_probabilities), expected.float())
        assert said.score == pytest.approx(float(expected.sum()))


@pytest.mark.parametrize(
    "settings, theirs",
    [
        ({}, {}),
        ({"repetition_penalty": 1.4}, {"repetition_penalty": 1.4}),
        ({"no_repeat": 2}, {"no_repeat_ngram_size": 2}),
        ({"min_tokens": 9}, {"min_new_tokens": 9}),
        (
            {"repetition_penalty": 1.2, "no_repeat": 3, "min_tokens": 4},
            {"repetition_penalty": 1.2, "no_repeat_ngram_size": 3, "min_new_tokens": 4},
        ),
    ],
)
def test_equals_transformers(settings, theirs):
    model, prompts, stop = GPT2(), torch.randint(23, (6, 5), generator=torch.Generator().manual_seed(3)), 5
    config = GenerationConfig(max_new_tokens=20, do_sample=False, eos_token_id=stop, pad_token_id=0, **theirs)
    mask = torch.ones_like(prompts)
    expected = model.model.generate(prompts, attention_mask=mask, generation_config=config)[:, 5:].tolist()
    ours = generate(model, prompts, Decoding(**settings, max_tokens=20), stop=[stop])
    for row, said in zip(expected, ours, strict=True):
        assert said.ids.tolist() == row[: len(said.ids)]
        assert set(row[len(said.ids) :]) <= {0}
        assert said.stop == (row[len(said.ids) - 1] == stop)


def test_of_equal_words_the_first():
    assert generate(Table(torch.zeros(5, 5)), [[4]], Decoding(max_tokens=3))[0].ids.tolist() == [0, 0, 0]
