"""Masked language models: their losses and scores are those of torch's own functions, written out."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from seqmodels import (
    EachHidden,
    IdBatch,
    IdBatches,
    MaskedBatches,
    MaskedLanguageModel,
    MaskedLanguageModelSettings,
    MaskedScores,
    NextSentenceBatch,
    NextSentenceBatches,
    RecurrentSettings,
    TokenInputSettings,
    TokenSizes,
    TrainingSettings,
    TransformerSettings,
    fit,
)
from seqmodels.batches.masked_batches import IGNORED
from textprep import Ids
from textprep.errors import ConfigError, InputError

WORDS, PAD, CLS, SEP, MASK = 12, 0, 1, 2, 3
SPECIAL = {PAD, CLS, SEP, MASK}
TRANSFORMER = TransformerSettings(hidden_size=8, layers=1, heads=2, inner_size=8, dropout=0.0)


def make(encoder=TRANSFORMER, *, next_sentence=False, segments=0, size=8) -> MaskedLanguageModel:
    torch.manual_seed(0)
    settings = MaskedLanguageModelSettings(
        TokenInputSettings(size=size, deviation=1.0, dropout=0.0), encoder, next_sentence=next_sentence
    )
    return MaskedLanguageModel(settings, TokenSizes(WORDS, segments))


def rows(*lengths, seed=0) -> Ids:
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    return Ids(np.random.default_rng(seed).integers(4, WORDS, offsets[-1]).astype(np.int32), offsets)


def written_out_loss(model, batch) -> torch.Tensor:
    """Only functions of torch, for one row after the other, so that there is no padding."""
    losses, pairs = [], []
    for row, length in enumerate(batch.lengths.tolist()):
        x = F.embedding(batch.ids[row, :length], model.input.words.weight)
        if isinstance(batch, NextSentenceBatch):
            x = x + F.embedding(batch.segments[row, :length], model.input.segments.weight)
        output = model.encoder(x[None], torch.tensor([length])).output[0]  # (time, 8)
        dense, norm = model.head.dense, model.head.norm
        hidden = F.gelu(output @ dense.weight.T + dense.bias)
        hidden = F.layer_norm(hidden, (8,), norm.weight, norm.bias, 1e-12)
        log_p = (hidden @ model.input.words.weight.T + model.head.softmax.bias).log_softmax(-1)
        losses += [-log_p[step, word] for step, word in enumerate(batch.targets[row, :length]) if word != IGNORED]
        if isinstance(batch, NextSentenceBatch):
            head = model.next_sentence
            pooled = torch.tanh(output[0] @ head.dense.weight.T + head.dense.bias)
            scores = pooled @ head.output.weight.T + head.output.bias
            pairs.append(-scores.log_softmax(-1)[batch.follows[row]])
    return torch.stack(losses).mean() + (torch.stack(pairs).mean() if pairs else 0)


def masked(corpus) -> MaskedBatches:
    return MaskedBatches(corpus, words=WORDS, mask_id=MASK, special=SPECIAL, share=0.4)


def pairs(size=4) -> NextSentenceBatches:
    return NextSentenceBatches(
        rows(3, 2, 4, 1, 5, 2), np.array([0, 3, 6]), begin=CLS, separator=SEP, size=size, padding=PAD
    )


def test_the_loss_is_that_of_torch_written_out():
    model = make()
    for batch in masked(IdBatches(rows(5, 3, 9, 1), size=2)):
        torch.testing.assert_close(model.loss(batch), written_out_loss(model, batch))
        assert model.loss_weight(batch) == (batch.targets != IGNORED).sum()


def test_the_loss_of_pairs_adds_that_of_what_they_are():
    model = make(next_sentence=True, segments=2)
    torch.nn.init.normal_(model.input.segments.weight)
    for batch in masked(pairs()):
        torch.testing.assert_close(model.loss(batch), written_out_loss(model, batch))


def test_a_model_that_does_not_learn_what_pairs_are_leaves_it_out():
    (batch,), asked, plain = masked(pairs(size=8)), make(next_sentence=True), make()
    plain.load_state_dict(asked.state_dict(), strict=False)
    of_pairs = asked.next_sentence.loss(asked(batch.ids, batch.lengths), batch.follows)
    torch.testing.assert_close(asked.loss(batch), plain.loss(batch) + of_pairs)


def test_scores_are_those_of_all_batches_at_once():
    model = make(next_sentence=True, segments=2)
    small, (large,) = masked(pairs(size=6)), masked(pairs(size=6))
    found = model.predict(small)
    assert found.hidden == model.loss_weight(large)
    scores = model.head(model.vectors(large.ids, large.lengths, large.segments)).detach()
    counted = large.targets != IGNORED
    assert found.right == (scores.argmax(-1) == large.targets)[counted].sum()
    assert found.loss == pytest.approx(float(F.cross_entropy(scores[counted], large.targets[counted])), rel=1e-5)
    told = model.next_sentence(model(large.ids, large.lengths, large.segments)).argmax(1)
    assert (found.pairs, found.pairs_right) == (6, (told == large.follows).sum())
    assert found.accuracy == found.right / found.hidden
    assert found.next_sentence_accuracy == found.pairs_right / 6
    nothing = MaskedScores(0.0, 0, 0, 0, 0)
    assert all(map(math.isnan, (nothing.loss, nothing.accuracy, nothing.next_sentence_accuracy)))


@pytest.mark.parametrize("encoder", [TRANSFORMER, RecurrentSettings(hidden_size=6)])
def test_a_guess_hangs_on_what_stands_behind_the_word(encoder):
    model, lengths = make(encoder), torch.tensor([4])
    here, other = torch.tensor([[5, MASK, 6, 7]]), torch.tensor([[5, MASK, 6, 8]])
    assert not torch.allclose(model.vectors(here, lengths)[0, 1], model.vectors(other, lengths)[0, 1])


def test_vectors_do_not_hang_on_padding_and_have_no_gradient():
    model, ids = make(), torch.tensor([[5, 6, 7, 9, 9], [4, 8, 5, 6, 7]])
    vectors = model.train().vectors(ids, torch.tensor([3, 5]))
    assert not vectors.requires_grad and not model.training
    torch.testing.assert_close(vectors[0, :3], model.vectors(ids[:1, :3], torch.tensor([3]))[0])
    assert model(ids, torch.tensor([3, 5])).requires_grad


def test_a_text_is_as_likely_as_each_of_its_words_hidden_by_itself():
    model, ids = make().eval(), rows(4, 0, 7, 1)
    ids.values[0], ids.values[3] = CLS, SEP  # of which neither is hidden
    expected = np.zeros(4)
    for row in range(4):
        for place, word in enumerate(ids[row].tolist()):
            if word not in SPECIAL:
                seen = torch.tensor(ids[row].astype(np.int64))
                seen[place] = MASK
                scores = model.head(model(seen[None], torch.tensor([len(seen)])))[0, place]
                expected[row] -= float(scores.log_softmax(-1)[word].detach())
    found = model.text_losses(EachHidden(ids, mask_id=MASK, special=SPECIAL, tokens=16))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_tiny_language_is_learned():
    """Words come in pairs, 4 5, 6 7, ..., and a document has only one such pair: so all can be guessed, and told."""
    rng = np.random.default_rng(0)
    first = 4 + 2 * rng.integers(0, 4, 60)
    values = np.concatenate([np.tile([word, word + 1], 6) for word in first]).astype(np.int32)
    pieces, documents = Ids(values, np.arange(0, len(values) + 1, 4)), np.arange(0, 181, 3)
    corpus = NextSentenceBatches(pieces, documents, begin=CLS, separator=SEP, size=12)
    encoder = TransformerSettings(hidden_size=32, layers=2, heads=2, inner_size=32, dropout=0.0)
    model = make(encoder, next_sentence=True, segments=2, size=32)
    torch.nn.init.normal_(model.input.words.weight, std=0.5)
    torch.nn.init.normal_(model.input.segments.weight, std=0.5)
    batches = MaskedBatches(corpus, words=WORDS, mask_id=MASK, special=SPECIAL)

    def scores(model):
        found = model.predict(batches)
        return {"accuracy": found.accuracy, "next": found.next_sentence_accuracy}

    state = fit(model, batches, scores, TrainingSettings(epochs=20, learning_rate=0.01, average_decay=0))
    assert state.records[-1]["accuracy"] > 0.9
    assert state.records[-1]["next"] > 0.75  # a quarter of the strange pieces come from documents of the same words


@pytest.mark.parametrize("one_way", [RecurrentSettings(bidirectional=False), TransformerSettings(causal=True)])
def test_what_reads_one_side_only_is_refused(one_way):
    with pytest.raises(ConfigError, match="reads both sides"):
        make(one_way)


def test_batches_in_which_nothing_is_hidden():
    model, batch = make(), next(iter(IdBatches(rows(3, 4))))
    with pytest.raises(InputError, match="does not say what is hidden"):
        model.loss(batch)
    nothing = batch._replace(targets=torch.full_like(batch.ids, IGNORED))
    loss = model.loss(nothing)
    assert loss == 0
    loss.backward()
    empty = IdBatch(torch.zeros(2, 0, dtype=torch.int64), torch.tensor([0, 0]), torch.arange(2))
    assert model.loss(empty._replace(targets=empty.ids)) == 0
