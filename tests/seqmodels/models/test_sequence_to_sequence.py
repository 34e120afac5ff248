from dataclasses import replace

import numpy as np
import pytest
import torch

from seqmodels.batches.id_batches import IdBatch, IdBatches
from seqmodels.batches.pair_batches import PairBatches
from seqmodels.batches.span_batches import SpanBatches, filled
from seqmodels.generation.beam import Beam
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate
from seqmodels.heads.adaptive_softmax import AdaptiveSoftmaxSettings
from seqmodels.heads.full_softmax import FullSoftmaxSettings
from seqmodels.heads.language_head import LanguageHeadSettings
from seqmodels.heads.sampled_softmax import SampledSoftmaxSettings
from seqmodels.heads.tied_softmax import TiedSoftmaxSettings
from seqmodels.inputs.token_input import TokenInputSettings
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.recurrent_decoder import RecurrentDecoderSettings
from seqmodels.layers.transformer_decoder import TransformerDecoderSettings
from seqmodels.models.sequence_to_sequence import (
    PairSizes,
    SequenceToSequence,
    SequenceToSequenceSettings,
    shifted,
)
from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.weights import load_weights, save_weights
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids
from textprep.settings import with_values

START, END, WORDS = 1, 2, 12
SIZES = PairSizes(WORDS, WORDS, START, END)
DECODERS = [
    RecurrentDecoderSettings(hidden_size=24),
    RecurrentDecoderSettings("gru", 24, input_feeding=True),
    RecurrentDecoderSettings("gru", 24, attention="bahdanau", score="additive", first_state="ends"),
    TransformerDecoderSettings(24, layers=1, heads=3, inner_size=48, dropout=0.0),
]


def model_of(decoder=DECODERS[0], shared=False, softmax=None, sizes=SIZES, counts=None):
    torch.manual_seed(0)
    settings = SequenceToSequenceSettings(
        TokenInputSettings(16, deviation=0.3, dropout=0.0),
        RecurrentSettings(hidden_size=12),
        decoder,
        LanguageHeadSettings(softmax or TiedSoftmaxSettings(), output_dropout=0.0),
        shared,
    )
    return SequenceToSequence(settings, sizes, counts)


def ids_of(rows):
    offsets = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    return Ids(np.array([i for row in rows for i in row], np.int32), offsets)


def batch_of(sources, targets):
    return next(iter(PairBatches(ids_of(sources), ids_of(targets), size=len(sources))))


SOURCES = [[3, 4, 5], [6], [], [7, 8, 9, 10, 11]]
TARGETS = [[5, 4], [], [3, 3, 3], [11]]


def test_batches_taken_together_give_the_loss_of_the_large_batch():
    """A mean of means is the mean of all if each counts by its tokens."""
    model, whole = model_of().eval(), batch_of(SOURCES, TARGETS)
    parts = [batch_of(SOURCES[:1], TARGETS[:1]), batch_of(SOURCES[1:], TARGETS[1:])]
    weights = [model.loss_weight(part) for part in parts]
    assert weights == [3, 7]
    mean = sum(model.loss(part) * weight for part, weight in zip(parts, weights, strict=True)) / 10
    assert float(mean) == pytest.approx(float(model.loss(whole)), rel=1e-5)


def test_targets_are_shifted_and_ended_at_each_rows_own_end():
    ids, lengths = torch.tensor([[5, 4, 6], [7, 0, 0], [0, 0, 0]]), torch.tensor([3, 1, 0])
    given, wanted = shifted(IdBatch(ids, lengths, lengths), START, END)
    assert [row[: n + 1] for row, n in zip(given.tolist(), lengths, strict=True)] == [[1, 5, 4, 6], [1, 7], [1]]
    assert [row[: n + 1] for row, n in zip(wanted.tolist(), lengths, strict=True)] == [[5, 4, 6, 2], [7, 2], [2]]


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("softmax", [TiedSoftmaxSettings(), FullSoftmaxSettings()])
@pytest.mark.parametrize("shared", [True, False])
def test_the_loss_is_what_generation_gives_the_right_ids(decoder, shared, softmax):
    model = model_of(decoder, shared, softmax).eval()
    logs = []
    for source, target in zip(SOURCES, TARGETS, strict=True):
        state = model.begin(torch.tensor([source], dtype=torch.int64), torch.tensor([len(source)]))
        for before, right in zip([START, *target], [*target, END], strict=True):
            scores, state = model.next_scores(torch.tensor([[before]]), torch.tensor([1]), state)
            logs.append(torch.log_softmax(scores, -1)[0, right])
    torch.testing.assert_close(model.loss(batch_of(SOURCES, TARGETS)), -torch.stack(logs).mean())


@pytest.mark.parametrize("decoder", DECODERS)
def test_several_ids_at_once_score_as_one_by_one(decoder):
    model = model_of(decoder).eval()
    batch = batch_of(SOURCES, TARGETS)
    state = model.begin(batch.first.ids, batch.first.lengths)
    ids, lengths = torch.tensor([[1, 3, 4], [1, 5, 0], [1, 0, 0], [1, 6, 7]]), torch.tensor([3, 2, 1, 3])
    scores, after = model.next_scores(ids, lengths, state)
    assert scores.shape == (4, WORDS)
    more, one_more = torch.tensor([[8], [3], [0], [5]]), torch.ones(4, dtype=torch.int64)
    following, _ = model.next_scores(more, one_more, after)
    for row, count in enumerate(lengths.tolist()):
        one = tuple(part[row : row + 1] for part in state)
        for step in range(count):
            expected, one = model.next_scores(ids[row : row + 1, step : step + 1], torch.tensor([1]), one)
        torch.testing.assert_close(scores[row : row + 1], expected)
        expected, _ = model.next_scores(more[row : row + 1], torch.tensor([1]), one)
        torch.testing.assert_close(following[row : row + 1], expected)
    assert (model.words, model.context) == (WORDS, None)


def test_predictions_are_those_of_the_whole_corpus_without_smoothing():
    batch, batches = batch_of(SOURCES, TARGETS), PairBatches(ids_of(SOURCES), ids_of(TARGETS), size=2)
    smooth, plain = model_of(softmax=TiedSoftmaxSettings(0.1)), model_of()
    nats, tokens = smooth.train().predict(batches)
    assert tokens == 10  # four ends among them
    assert nats / tokens == pytest.approx(plain.loss(batch).item(), rel=1e-5)
    assert abs(smooth.train().loss(batch) - plain.loss(batch)) > 1e-4


def test_padding_and_the_order_of_rows_have_no_influence():
    model = model_of().eval()
    batch, parts = batch_of(SOURCES, TARGETS), []
    for source, target in zip(SOURCES, TARGETS, strict=True):
        parts.append(model.loss(batch_of([source], [target])) * (len(target) + 1))
    torch.testing.assert_close(model.loss(batch), sum(parts) / (sum(map(len, TARGETS)) + len(TARGETS)))
    junk = batch._replace(
        first=batch.first._replace(ids=batch.first.ids.masked_fill(~batch.first.mask, 9)),
        second=batch.second._replace(ids=batch.second.ids.masked_fill(~batch.second.mask, 9)),
    )
    assert model.loss(junk).equal(model.loss(batch))


def greedy(model, batch, steps):
    state = model.begin(batch.first.ids, batch.first.lengths)
    said = generate(model, [[START]] * len(batch.first.ids), Decoding(max_tokens=steps), stop=[END], state=state)
    return [each.content.tolist() for each in said]


@pytest.mark.parametrize("decoder", DECODERS)
def test_what_a_beam_finds_is_as_likely_as_training_takes_it_to_be(decoder):
    model = model_of(decoder).eval()
    state = model.begin(torch.tensor([[3, 4, 5], [6, 0, 0]]), torch.tensor([3, 1]))
    beam = Decoding(Beam(4, n_best=4), max_tokens=4)
    said = generate(model, [[START]] * 2, beam, stop=[END], forced={-1: END}, state=state)
    assert sorted(each.row for each in said) == [0] * 4 + [1] * 4
    for each in said:
        loss = model.loss(batch_of([[[3, 4, 5], [6]][each.row]], [each.content.tolist()]))
        assert each.log_probabilities.mean() == pytest.approx(-loss.item(), rel=1e-4)


@pytest.mark.parametrize("decoder", DECODERS)
def test_it_learns_to_reverse(decoder):
    rng = np.random.default_rng(0)
    rows = [rng.integers(3, WORDS, rng.integers(0, 5)).tolist() for _ in range(800)]
    train = PairBatches(ids_of(rows[:600]), ids_of([row[::-1] for row in rows[:600]]), size=30, seed=0)
    model = model_of(replace(decoder, hidden_size=48), True)
    rate = 0.004 if isinstance(decoder, TransformerDecoderSettings) else 0.01
    settings = TrainingSettings(epochs=12, learning_rate=rate, metric="loss", average_decay=0.9)
    dev = batch_of(rows[600:], [row[::-1] for row in rows[600:]])
    fit(model, train, lambda model: {"loss": model.loss(dev).item()}, settings)
    said = dict(zip(dev.first.rows.tolist(), greedy(model, dev, 6), strict=True))
    right = sum(said[number] == row[::-1] for number, row in enumerate(rows[600:]))
    assert right > 150  # of 200; a model that does not look at its source gets the 40 empty ones


def test_it_learns_to_fill_gaps():
    sentinels = np.array([9, 10, 11])
    rows = [[3 + (start + i) % 6 for i in range(length)] for start in range(6) for length in range(4, 9)] * 8
    train = SpanBatches(IdBatches(ids_of(rows), size=24, seed=0), sentinels=sentinels, share=0.3, span=2.0)
    model = model_of(RecurrentDecoderSettings(hidden_size=48), True)
    settings = TrainingSettings(epochs=20, learning_rate=0.01, metric="loss", average_decay=0.9)
    fit(model, train, lambda model: {"loss": model.loss(next(iter(train))).item()}, settings)
    wanted, found = [], []
    for batch in train.epoch(99):
        for number, said in enumerate(greedy(model, batch, 8)):
            source = batch.first.ids[number, : batch.first.lengths[number]].numpy()
            if source[0] < 9 and source[-1] < 9:  # how long a gap at an end is, nobody can tell
                wanted.append(rows[batch.first.rows[number]])
                found.append(filled(source, np.array(said, np.int64), sentinels).tolist())
    assert len(wanted) > 50
    right = sum(row == text for row, text in zip(wanted, found, strict=True))
    assert right > 0.8 * len(wanted)


def test_tied_tables_are_one_and_are_saved_once(tmp_path):
    kinds = {
        (shared, softmax): 3 - shared - (softmax == TiedSoftmaxSettings())
        for shared in (True, False)
        for softmax in (TiedSoftmaxSettings(), FullSoftmaxSettings())
    }  # and how many tables there are
    batch = batch_of(SOURCES, TARGETS)
    for (shared, softmax), tables in kinds.items():
        model = model_of(shared=shared, softmax=softmax).eval()
        assert sum(len(weight) == WORDS and weight.dim() == 2 for weight in model.parameters()) == tables
        save_weights(model, tmp_path / "weights")
        torch.manual_seed(9)
        again = SequenceToSequence(model.settings, SIZES).eval()
        load_weights(again, tmp_path / "weights")
        assert again.loss(batch).equal(model.loss(batch))


def test_settings_reach_every_part():
    settings = with_values(
        SequenceToSequenceSettings(),
        {"encoder.kind": "transformer", "encoder.hidden_size": 16, "decoder.cell": "gru", "decoder.score": "scaled",
         "decoder.hidden_size": 16, "input.size": 8},
    )  # fmt: skip
    model = SequenceToSequence(settings, SIZES)
    model.loss(batch_of(SOURCES, TARGETS)).backward()
    assert all(weight.grad is not None for weight in model.parameters())


def test_other_softmaxes_take_part():
    batch = batch_of(SOURCES, TARGETS)
    for softmax in (
        AdaptiveSoftmaxSettings(frequent=4, clusters=2),
        SampledSoftmaxSettings(draws=5, proposal="unigram"),
    ):
        model = model_of(softmax=softmax, counts=list(range(WORDS, 0, -1)))
        model.loss(batch).backward()
        assert all(weight.grad is not None for weight in model.parameters())
        scores, _ = model.next_scores(
            batch.second.ids[:, :1], batch.second.lengths * 0 + 1, model.begin(*batch.first[:2])
        )
        assert scores.shape == (4, WORDS)


def test_an_empty_batch_has_no_loss():
    batch = batch_of(SOURCES, TARGETS)
    sides = [side._replace(ids=side.ids[:0], lengths=side.lengths[:0]) for side in (batch.first, batch.second)]
    assert model_of().loss(batch._replace(first=sides[0], second=sides[1])).item() == 0


@pytest.mark.parametrize(("source", "target", "wrong"), [([3, 12], [3], 12), ([3], [4, -1], -1)])
def test_ids_out_of_range_are_named(source, target, wrong):
    with pytest.raises(InputError, match=f"the id {wrong}, and the model knows 0"):
        model_of().loss(batch_of([source], [target]))


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="cannot begin without its source"):
        model_of().next_scores(torch.tensor([[START]]), torch.tensor([1]), None)
    with pytest.raises(ConfigError, match="the sides have 13 and 12 ids"):
        model_of(shared=True, sizes=PairSizes(13, 12, START, END))
    with pytest.raises(ConfigError, match="the end is 12, which is none of the target's ids"):
        PairSizes(13, 12, START, 12)
    with pytest.raises(ConfigError, match="source"):
        PairSizes(0, 12, START, END)
