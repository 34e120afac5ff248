import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.generation.beam import Beam
from seqmodels.generation.contrastive import Contrastive
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate, stream
from seqmodels.generation.greedy import Greedy
from seqmodels.generation.sampling import Sampling
from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.language_model import LanguageModel, LanguageModelSettings
from tests.seqmodels.generation.small_models import GPT2, Recurrent, Table, read_at_once
from textprep.errors import ConfigError, InputError

STEPWISE = {
    "greedy": Greedy(),
    "sampling": Sampling(seed=7),
    "top-p": Sampling(top_p=0.8, seed=1),
    "contrastive": Contrastive(3),
}
METHODS = {**STEPWISE, "beam": Beam(3), "groups": Beam(4, groups=2)}
PROMPTS = st.lists(st.lists(st.integers(0, 10), min_size=1, max_size=5), min_size=1, max_size=4)


@pytest.fixture(params=["lstm", "gru", "transformer"])
def language_model(request):
    torch.manual_seed(0)
    encoder = {
        "lstm": RecurrentSettings("lstm", 8, layers=2, bidirectional=False),
        "gru": RecurrentSettings("gru", 8, bidirectional=False),
        "transformer": TransformerSettings(hidden_size=8, layers=2, heads=2, inner_size=16, causal=True),
    }[request.param]
    model = LanguageModel(
        LanguageModelSettings(TokenInputSettings(size=8, deviation=1.0, dropout=0.5), encoder), TokenSizes(11)
    )
    return model.double()


@pytest.mark.parametrize("method", METHODS)
def test_a_language_model_generates_what_it_would_alone_without_its_state(language_model, method):
    """Rows of different lengths, some of which end early, against every text read whole by itself."""
    prompts, stop = [[1, 2, 3, 4], [5], [6, 7], [8, 8, 8]], [9, [3, 4]]
    decoding = Decoding(METHODS[method], max_tokens=10, no_repeat=3)
    together = generate(language_model, prompts, decoding, stop=stop)
    assert language_model.training
    language_model.eval()
    for row, (prompt, said) in enumerate(zip(prompts, together, strict=True)):
        (alone,) = generate(language_model, [prompt], decoding, stop=stop, first_row=row)
        assert alone.ids.tolist() == said.ids.tolist()
        texts = [[*prompt, *said.ids[:n].tolist()] for n in range(len(said.ids))]
        likely = read_at_once(language_model, texts).log_softmax(1)[range(len(texts)), said.ids.tolist()]
        np.testing.assert_allclose(said.log_probabilities, likely, rtol=1e-4, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(PROMPTS, st.sampled_from(list(STEPWISE)), st.integers(1, 9), st.lists(st.integers(0, 10), max_size=3))
def test_the_stream_is_the_whole(prompts, method, tokens, stop):
    model, decoding = Recurrent(), Decoding(STEPWISE[method], max_tokens=tokens)
    streamed = [([], [], []) for _ in prompts]
    for step in stream(model, prompts, decoding, stop=stop):
        for row, *values in zip(*(field.tolist() for field in step), strict=True):
            for values_of_row, value in zip(streamed[row], values, strict=True):
                values_of_row.append(value)
    for (ids, likely, stops), said in zip(streamed, generate(model, prompts, decoding, stop=stop), strict=True):
        assert ids == said.ids.tolist()
        np.testing.assert_allclose(likely, said.log_probabilities, rtol=1e-6)
        assert stops == [0] * (len(ids) - 1) + [said.stop]


def test_the_stream_waits_for_whoever_reads_it():
    model = Recurrent()
    tokens = stream(model, [[1]], Decoding(max_tokens=100))
    assert model.rows_read == []
    next(tokens), next(tokens)
    assert model.rows_read == [1, 1]
    assert not torch.is_inference_mode_enabled()


@settings(max_examples=60, deadline=None)
@given(
    PROMPTS,
    st.sampled_from(list(METHODS)),
    st.lists(st.lists(st.integers(0, 10), min_size=1, max_size=3), min_size=1, max_size=3),
    st.integers(0, 6),
)
def test_a_text_ends_with_the_first_whole_stop_phrase(prompts, method, stop, least):
    decoding = Decoding(METHODS[method], max_tokens=12, min_tokens=least)
    for said in generate(Recurrent(seed=3, sharp=0.5), prompts, decoding, stop=stop):
        ids = said.ids.tolist()
        ends = {n for n in range(1, len(ids) + 1) for phrase in stop if ids[:n][-len(phrase) :] == phrase}
        assert ends == ({len(ids)} if said.stop else set())
        assert said.stop == max([len(phrase) for phrase in stop if ids[-len(phrase) :] == phrase], default=0)
        assert said.content.tolist() == ids[: len(ids) - said.stop]
        assert len(ids) == 12 or (said.stop and len(ids) > least)


@pytest.mark.parametrize("method", METHODS)
def test_a_stop_phrase_of_which_a_part_was_given_does_not_count(method):
    decoding = Decoding(METHODS[method], max_tokens=3)
    (said,) = generate(Recurrent(), [[5]], decoding)
    (again,) = generate(Recurrent(), [[5]], decoding, stop=[[5, int(said.ids[0])]])
    assert again.ids.tolist() == said.ids.tolist()


@settings(max_examples=60, deadline=None)
@given(PROMPTS, st.sampled_from(list(METHODS)), st.integers(1, 3), st.integers(0, 99))
def test_bans_and_repetitions_hold(prompts, method, size, seed):
    model = Recurrent(words=40, seed=seed)
    banned = [0, 4, [7, 8], [1, 2, 3]]
    decoding = Decoding(METHODS[method], max_tokens=15, no_repeat=size)
    for said in generate(model, prompts, decoding, banned=banned):
        given_ids = prompts[said.row]
        text = given_ids + said.ids.tolist()
        pieces = [tuple(text[n : n + size]) for n in range(len(text) - size + 1)]
        new = pieces[max(0, len(given_ids) - size + 1) :]
        old = pieces[: len(pieces) - len(new)]
        assert len(set(new)) == len(new)
        assert not set(new) & set(old)
        assert not {0, 4} & set(said.ids.tolist())
        for phrase in ([7, 8], [1, 2, 3]):
            ends = [n for n in range(len(text) + 1) if text[:n][-len(phrase) :] == phrase]
            assert all(n <= len(given_ids) for n in ends)


@pytest.mark.parametrize("method", METHODS)
def test_forced_tokens_are_said_in_their_places(method):
    forced = {0: 7, 2: 3, -1: 9}
    for said in generate(
        Recurrent(), [[1, 2], [3]], Decoding(METHODS[method], max_tokens=6), forced=forced, banned=[7]
    ):
        assert len(said.ids) == 6
        assert (said.ids[0], said.ids[2], said.ids[5]) == (7, 3, 9)


def test_rows_that_have_ended_are_read_no_more():
    scores = torch.eye(6).roll(1, 1) * 9.0  # each word is followed by the next
    model = Rows(scores)
    said = generate(model, [[0], [3], [4]], Decoding(max_tokens=9), stop=[5])
    assert [text.ids.tolist() for text in said] == [[1, 2, 3, 4, 5], [4, 5], [5]]
    assert model.rows_read == [3, 2, 1, 1, 1]


class Rows(Table):
    def __init__(self, scores):
        super().__init__(scores)
        self.rows_read = []

    def next_scores(self, ids, lengths, state):
        self.rows_read.append(len(ids))
        return super().next_scores(ids, lengths, state)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("reread, kept", [(0.5, 4), (1.0, 8), (0.01, 1)])
def test_a_full_context_is_read_anew_from_its_end(method, reread, kept):
    prompts = [[1, 2, 3, 4, 5, 6], [7]]
    model, unbounded = GPT2(context=8), GPT2(context=64)
    for theirs, ours in zip(unbounded.parameters(), model.parameters(), strict=True):
        theirs.data[: len(ours)] = ours.data
    for said in generate(model, prompts, Decoding(METHODS[method], max_tokens=20, reread=reread)):
        text, begin, read = [*prompts[said.row], *said.ids.tolist()], 0, len(prompts[0])
        for n, word in enumerate(said.ids.tolist()):
            place = len(prompts[said.row]) + n
            if n and read + 1 > 8:
                begin, read = max(0, place - kept), kept
            elif n:
                read += 1
            scores = read_at_once(unbounded, [text[begin:place]]).log_softmax(1)
            assert said.log_probabilities[n] == pytest.approx(float(scores[0, word]), abs=1e-4)


def test_without_reading_anew_a_full_context_is_the_end():
    said = generate(GPT2(context=8), [[1, 2, 3, 4, 5, 6], [7]], Decoding(max_tokens=20, reread=0))
    assert [len(text.ids) for text in said] == [3, 3]


@pytest.mark.parametrize("method", sorted(METHODS.keys() - {"contrastive"}))  # which compares with what it has read
def test_a_state_that_came_before_counts(method):
    model, decoding = Recurrent(), Decoding(METHODS[method], max_tokens=7)
    before = torch.tensor([[1, 2, 3], [4, 5, 6]])
    _, state = model.next_scores(before, torch.tensor([3, 3]), None)
    onward = generate(model, [[7, 8], [9]], decoding, state=state)
    whole = generate(model, [[1, 2, 3, 7, 8], [4, 5, 6, 9]], decoding)
    assert [said.ids.tolist() for said in onward] == [said.ids.tolist() for said in whole]


def test_what_is_read_anew_goes_on_from_the_state_that_came_first():
    before = torch.tensor([[2, 1], [3, 3]])
    model = Recurrent(context=3)
    _, state = model.next_scores(before, torch.tensor([2, 2]), None)
    for said in generate(model, [[7], [8]], Decoding(max_tokens=6, reread=0.4), state=state):
        text = [[7], [8]][said.row] + said.ids.tolist()
        for n, first in enumerate([0, 0, 0, 3, 3, 3]):
            seen = [*before[said.row].tolist(), *text[first : n + 1]]
            likely = read_at_once(model, [seen]).log_softmax(1)[0, said.ids[n]]
            assert said.log_probabilities[n] == pytest.approx(float(likely))


def test_no_prompts_no_texts():
    assert generate(Recurrent(), []) == []
    assert list(stream(Recurrent(), [])) == []


@pytest.mark.parametrize(
    "prompt, message",
    [
        ([], "row 2: the prompt is empty; give it the token"),
        ([[1, 2]], "row 2: the prompt is no row of ids; encode each"),
        ("ab", "row 2: the prompt is no row of ids"),
        ([0.5], "row 2: the prompt is no row of ids"),
        ([3, -1], "row 2: the prompt has the unknown id -1"),
        ([3, 11], r"row 2: the prompt has the unknown id 11; ids are 0\.\.10"),
        ([1] * 9, "row 2: the prompt has 9 tokens, and the model looks back on 8; shorten it"),
    ],
)
@pytest.mark.parametrize("begin", [generate, stream])
def test_prompts_that_cannot_be_read_are_named(begin, prompt, message):
    with pytest.raises(InputError, match=message):
        begin(Recurrent(context=8), [[1], prompt])


@pytest.mark.parametrize(
    "options, message",
    [
        ({"stop": [[]]}, "a stop phrase is empty"),
        ({"banned": [11]}, "a banned phrase has the id 11"),
        ({"forced": {0: 11}}, "a forced token has the id 11"),
        ({"decoding": Decoding(max_tokens=0)}, "max_tokens must lie in 1"),
        ({"decoding": Decoding(Sampling(temperature=0.0))}, "method.temperature must lie in 0.001"),
        ({"decoding": Decoding(Sampling(top_p=1.5))}, "method.top_p must lie in 0..1"),
    ],
)
def test_what_cannot_be_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        generate(Recurrent(), [[1]], **options)


def test_beams_do_not_stream():
    with pytest.raises(ConfigError, match="method beam knows no token before its end"):
        stream(Recurrent(), [[1]], Decoding(Beam()))


@pytest.mark.parametrize("method", METHODS)
def test_scores_that_are_no_numbers_are_an_error(method):
    model = Recurrent()
    model.scored.data[:, 3] = torch.nan
    with pytest.raises(InputError, match="row 1: the model's scores behind this prompt are no numbers"):
        generate(model, [[1], [2]], Decoding(METHODS[method], max_tokens=4))


@pytest.mark.parametrize("method", METHODS)
def test_a_row_without_words_is_named(method):
    with pytest.raises(InputError, match="row 2: no word is left that may follow this prompt"):
        generate(Recurrent(words=3), [[1], [2]], Decoding(METHODS[method]), banned=[[2, 0], [2, 1], [2, 2]])
