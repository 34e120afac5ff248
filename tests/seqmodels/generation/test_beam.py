from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from transformers import GenerationConfig

from seqmodels.generation.beam import Beam
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate
from tests.seqmodels.generation.small_models import GPT2, Recurrent, Table, read_at_once
from textprep.errors import ConfigError, InputError

STOPPING = {"full": True, "heuristic": False, "exact": "never"}


@pytest.mark.parametrize("early_stopping", STOPPING)
@pytest.mark.parametrize("length_penalty", [0.0, 1.0, 2.5, -1.0])
@pytest.mark.parametrize(
    "wording, theirs",
    [
        ({}, {}),
        ({"no_repeat": 2, "min_tokens": 5}, {"no_repeat_ngram_size": 2, "min_new_tokens": 5}),
        ({"repetition_penalty": 1.5}, {"repetition_penalty": 1.5}),
    ],
)
def test_equals_transformers(early_stopping, length_penalty, wording, theirs):
    model, stop = GPT2(words=9, spread=0.8), [5, 2]
    prompts = torch.randint(9, (6, 4), generator=torch.Generator().manual_seed(1))
    config = GenerationConfig(
        max_new_tokens=14,
        num_beams=4,
        num_return_sequences=3,
        do_sample=False,
        eos_token_id=stop,
        pad_token_id=8,
        length_penalty=length_penalty,
        early_stopping=STOPPING[early_stopping],
        output_scores=True,
        return_dict_in_generate=True,
        **theirs,
    )
    expected = model.model.generate(prompts, attention_mask=torch.ones_like(prompts), generation_config=config)
    method = Beam(4, n_best=3, length_penalty=length_penalty, early_stopping=early_stopping)
    ours = generate(model, prompts, Decoding(method, max_tokens=14, **wording), stop=stop)
    assert [said.row for said in ours] == [row for row in range(6) for _ in range(3)]
    for text, score, said in zip(expected.sequences[:, 4:].tolist(), expected.sequences_scores, ours, strict=True):
        assert said.ids.tolist() == text[: len(said.ids)]
        assert set(text[len(said.ids) :]) <= {8}
        assert said.score == pytest.approx(float(score), abs=1e-4)


def all_texts(model, prompt, words, length, stop, power):
    """Every text that there can be, the best first: its score, its ids and their log-probabilities."""
    found = []
    for size in range(1, length + 1):
        for text in product(range(words), repeat=size):
            if stop in text[:-1] or (size < length and text[-1] != stop):
                continue
            scores = read_at_once(model, [[*prompt, *text[:n]] for n in range(size)]).log_softmax(1)
            likely = scores[range(size), text]
            found.append((float(likely.sum()) / size**power, list(text), likely))
    return sorted(found, key=lambda one: -one[0])


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 999), st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=3), min_size=1, max_size=3))
def test_with_room_for_all_it_finds_the_best_of_all_texts(seed, prompts):
    model = Recurrent(words=3, seed=seed)
    for power in (0.0, 1.0, 1.5):
        method = Beam(81, n_best=5, length_penalty=power, early_stopping="exact")
        ours = generate(model, prompts, Decoding(method, max_tokens=4), stop=[2])
        for row, prompt in enumerate(prompts):
            best = all_texts(model, prompt, 3, 4, 2, power)[:5]
            for said, (score, ids, likely) in zip(ours[5 * row : 5 * row + 5], best, strict=True):
                assert said.ids.tolist() == ids
                assert said.score == pytest.approx(score)
                np.testing.assert_allclose(said.log_probabilities, likely.float(), rtol=1e-5)
                assert said.stop == (ids[-1] == 2)


def one_by_one(model, prompt, settings, tokens, stop):
    """Diverse beam search of one prompt in plain Python, for length penalty 1: texts with scores, the best first."""
    width = settings.beams // settings.groups
    beams = [[(0.0, [])] for _ in range(settings.groups)]
    whole = [[] for _ in range(settings.groups)]
    for size in range(1, tokens + 1):
        said_before = [0] * model.words
        for group in range(settings.groups):
            grown = []
            for total, text in beams[group]:
                scores = read_at_once(model, [[*prompt, *text]]).log_softmax(1)[0].tolist()
                for word, score in enumerate(scores):
                    grown.append((total + score - settings.diversity * said_before[word], [*text, word]))
            grown.sort(reverse=True)
            whole[group] += [(one[0] / size, one[1]) for one in grown[:width] if one[1][-1] == stop or size == tokens]
            whole[group] = sorted(whole[group], reverse=True)[:width]
            beams[group] = [one for one in grown if one[1][-1] != stop][:width]
            for _, text in beams[group]:
                said_before[text[-1]] += 1
    return sorted((one for texts in whole for one in texts), reverse=True)


@pytest.mark.parametrize("groups, diversity", [(1, 0.5), (2, 0.0), (2, 0.7), (3, 1.5), (6, 3.0)])
def test_groups_keep_apart_as_in_the_paper(groups, diversity):
    model, prompts = Recurrent(words=7, sharp=1.0), [[1, 2, 3], [4]]
    method = Beam(6, n_best=6, groups=groups, diversity=diversity, early_stopping="exact")
    ours = generate(model, prompts, Decoding(method, max_tokens=5), stop=[6])
    for row, prompt in enumerate(prompts):
        expected = one_by_one(model, prompt, method, 5, 6)
        texts = [(said.score, said.ids.tolist()) for said in ours if said.row == row]
        assert [text for _, text in texts] == [text for _, text in expected[: len(texts)]]
        assert [score for score, _ in texts] == pytest.approx([score for score, _ in expected[: len(texts)]])
        assert len(texts) == len(expected)


def test_one_beam_is_greedy():
    model, prompts = Recurrent(), [[1, 2, 3], [4], [9, 9]]
    beam, greedy = (generate(model, prompts, Decoding(*method, max_tokens=12)) for method in ([Beam(1)], []))
    assert [said.ids.tolist() for said in beam] == [said.ids.tolist() for said in greedy]
    assert [said.score * 12 for said in beam] == pytest.approx([said.score for said in greedy])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 999),
    st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=4), min_size=1, max_size=4),
    st.sampled_from(list(STOPPING)),
    st.sampled_from([1, 2]),
)
def test_company_and_length_have_no_influence(seed, prompts, early_stopping, groups):
    model = Recurrent(words=7, seed=seed)
    decoding = Decoding(Beam(4, n_best=2, early_stopping=early_stopping, groups=groups), max_tokens=6)
    together = generate(model, prompts, decoding, stop=[3, [5, 1]])
    alone = [said for prompt in prompts for said in generate(model, [prompt], decoding, stop=[3, [5, 1]])]
    assert [said.ids.tolist() for said in together] == [said.ids.tolist() for said in alone]
    assert [said.score for said in together] == pytest.approx([said.score for said in alone])
    for said in together:
        ends = {1: [[3]], 2: [[5, 1]]}.get(said.stop, [said.ids.tolist()[len(said.ids) :]])
        assert said.ids.tolist()[len(said.ids) - said.stop :] in ends
        assert said.stop or len(said.ids) == 6


def test_prompts_that_are_done_are_read_no_more():
    scores = torch.zeros(4, 4)
    scores[0, 3] = scores[1, 2] = 9.0  # 0 is followed by the stop word, 1 and 2 by no end of 2
    scores[2, 2] = 9.0
    model = Counted(scores)
    generate(model, [[0], [1]], Decoding(Beam(1), max_tokens=5), stop=[3])
    assert model.rows_read == [2, 1, 1, 1, 1]


class Counted(Table):
    def __init__(self, scores):
        super().__init__(scores)
        self.rows_read = []

    def next_scores(self, ids, lengths, state):
        self.rows_read.append(len(ids))
        return super().next_scores(ids, lengths, state)


def test_more_beams_than_texts():
    said = generate(Recurrent(words=2), [[1]], Decoding(Beam(50, n_best=50), max_tokens=2), stop=[0])
    assert sorted(text.ids.tolist() for text in said) == [[0], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    "method, message",
    [
        (Beam(2, n_best=3), "n_best may be at most beams, 2, not 3"),
        (Beam(4, groups=3), "beams must be a multiple of groups; 4 is none of 3"),
        (Beam(0), "beams must lie in 1"),
        (Beam(early_stopping="soon"), "unknown choice 'soon'"),
    ],
)
def test_numbers_that_do_not_suit_are_refused(method, message):
    with pytest.raises(ConfigError, match=message):
        generate(Recurrent(), [[1]], Decoding(method))


def test_no_text_without_words():
    with pytest.raises(InputError, match="row 1: no word is left"):
        generate(Recurrent(words=3), [[1]], Decoding(Beam(2)), banned=[0, 1, 2])
    with pytest.raises(InputError, match="row 1: no word is left"):
        generate(Recurrent(words=3), [[1]], Decoding(Beam(2), min_tokens=4, no_repeat=1), stop=[0])
