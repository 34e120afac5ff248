"""Language models: what they say of a text as a whole, step by step and in parts is the same."""

import math

import numpy as np
import pytest
import torch

from seqmodels import (
    Decoding,
    IdBatches,
    LanguageHeadSettings,
    LanguageModel,
    LanguageModelSettings,
    RecurrentSettings,
    StreamBatches,
    TokenInputSettings,
    TokenSizes,
    TransformerSettings,
    generate,
)
from seqmodels.heads.word_softmax import WORD_SOFTMAXES
from textprep import Ids
from textprep.errors import ConfigError, InputError
from textprep.settings import with_values

WORDS = 7
MORE = {"adaptive": {"softmax.frequent": 2, "softmax.clusters": 1, "softmax.shrink": 2.0}}
ENCODERS = {
    "recurrent": RecurrentSettings(hidden_size=6, bidirectional=False),
    "transformer": TransformerSettings(hidden_size=8, heads=2, inner_size=8, causal=True),
}


def model(kind: str = "recurrent", **more) -> LanguageModel:
    torch.manual_seed(0)
    settings = LanguageModelSettings(TokenInputSettings(size=5, deviation=1.0), ENCODERS[kind], **more)
    return LanguageModel(settings, TokenSizes(WORDS)).eval()


def text(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, WORDS, count).astype(np.int32)


def nats_step_by_step(lm: LanguageModel, ids: list[int]) -> float:
    """-log p of all ids but the first, each scored by itself from the state behind those before it."""
    state, nats = None, 0.0
    for here, following in zip(ids, ids[1:], strict=False):
        scores, state = lm.next_scores(torch.tensor([[here]]), torch.tensor([1]), state)
        nats -= float(scores.log_softmax(-1)[0, following])
    return nats


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("softmax", WORD_SOFTMAXES)
def test_a_text_is_as_likely_as_its_tokens_one_by_one(kind, softmax):
    chosen = with_values(LanguageHeadSettings(), {"softmax.kind": softmax} | MORE.get(softmax, {}))
    lm, ids = model(kind, head=chosen), text(30)
    stream = StreamBatches(Ids(ids, np.array([0, 30])), streams=1, steps=7)
    loss = lm.predict(stream)
    assert loss.tokens == 29
    assert loss.nats == pytest.approx(nats_step_by_step(lm, ids.tolist()), abs=1e-4)


def test_a_state_that_is_not_carried_begins_anew_with_each_batch():
    lm, ids = model(carried=False), text(29)
    stream = StreamBatches(Ids(ids, np.array([0, 29])), streams=1, steps=7)
    parts = [nats_step_by_step(lm, ids[begin : begin + 8].tolist()) for begin in range(0, 28, 7)]
    assert lm.predict(stream).nats == pytest.approx(sum(parts), abs=1e-4)
    assert lm.loss_from(next(iter(stream)), None)[1] is None


def test_the_loss_of_batches_that_go_on_is_that_of_the_text():
    lm, ids = model(), text(41)
    state, nats = None, 0.0
    for batch in StreamBatches(Ids(ids, np.array([0, 41])), streams=2, steps=6):
        loss, state = lm.loss_from(batch, state)
        nats += float(loss.detach()) * int(batch.lengths.sum())
    halves = nats_step_by_step(lm, ids[:21].tolist()) + nats_step_by_step(lm, ids[20:].tolist())
    assert nats == pytest.approx(halves, abs=1e-4)


@pytest.mark.parametrize("kind", ENCODERS)
def test_texts_by_themselves(kind):
    lm, lengths = model(kind), [5, 1, 0, 9]
    offsets = np.append(0, np.cumsum(lengths))
    ids = Ids(text(15), offsets)
    wanted = [nats_step_by_step(lm, ids.values[a:b].tolist()) for a, b in zip(offsets, offsets[1:], strict=False)]
    assert lm.text_losses(IdBatches(ids, size=3)).tolist() == pytest.approx(wanted, abs=1e-4)


def test_prompts_of_different_lengths_are_read_at_once():
    lm = model()
    ids, lengths = torch.tensor([[1, 2, 3], [4, 0, 0]]), torch.tensor([3, 1])
    scores, state = lm.next_scores(ids, lengths, None)
    for row, length in enumerate(lengths):
        alone, its_state = lm.next_scores(ids[row : row + 1, :length], lengths[row : row + 1], None)
        assert torch.allclose(scores[row], alone[0], atol=1e-6)
        assert all(torch.allclose(a[row], b[0], atol=1e-6) for a, b in zip(state, its_state, strict=True))


def test_a_model_that_knows_nothing_expects_every_token_alike():
    lm = model(head=LanguageHeadSettings())
    torch.nn.init.zeros_(lm.head.softmax.table)
    loss = lm.predict(StreamBatches(Ids(text(20), np.array([0, 20])), streams=1, steps=5))
    assert loss.nats == pytest.approx(19 * math.log(WORDS), rel=1e-6)


def test_a_prompt_longer_than_the_context_is_refused_before_it_is_read():
    learned = TransformerSettings(hidden_size=8, heads=2, inner_size=8, causal=True, positions="learned", context=4)
    lm = LanguageModel(LanguageModelSettings(TokenInputSettings(size=5), learned), TokenSizes(WORDS))
    with pytest.raises(InputError, match="row 2: the prompt has 5 tokens, and the model looks back on 4"):
        generate(lm, [[1], [1] * 5])
    (said,) = generate(lm, [[1] * 4], Decoding(max_tokens=9))  # its end is read anew
    assert len(said.ids) == 9


def test_an_encoder_that_sees_what_is_to_be_predicted_is_refused():
    for encoder in (RecurrentSettings(hidden_size=4), TransformerSettings(hidden_size=4, heads=2)):
        with pytest.raises(ConfigError, match=r"bidirectional = false, or encoder\.causal = true"):
            LanguageModel(LanguageModelSettings(encoder=encoder), TokenSizes(WORDS))


def test_an_id_that_the_model_does_not_know():
    with pytest.raises(InputError, match=r"the id 7, and the model knows 0\.\.6"):
        model().next_scores(torch.tensor([[7]]), torch.tensor([1]), None)


@pytest.mark.parametrize("kind", ENCODERS)
def test_texts_that_are_kept_apart_are_read_without_each_other(kind):
    lm, offsets = model(kind), np.array([0, 5, 6, 6, 15, 23])
    ids = Ids(text(23), offsets)
    apart = lm.predict(StreamBatches(ids, streams=2, steps=3, documents="apart"))
    alone = lm.text_losses(IdBatches(ids))
    assert apart.nats == pytest.approx(alone.sum(), abs=1e-4)
    assert apart.tokens == 4 + 8 + 7


def test_a_batch_counts_by_its_tokens_and_nothing_by_nothing():
    lm = model()
    (batch,) = StreamBatches(Ids(text(8), np.array([0, 8])), streams=3, steps=4)
    assert lm.loss_weight(batch) == 7
    nothing = batch._replace(lengths=torch.zeros_like(batch.lengths))
    loss, _ = lm.loss_from(nothing, None)
    loss.backward()
    assert (lm.loss_weight(nothing), loss.item()) == (0, 0)
    assert not any(weight.grad.any() for weight in lm.parameters() if weight.grad is not None)
