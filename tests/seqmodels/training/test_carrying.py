"""Truncated back-propagation, against the same written out by hand."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.stream_batches import StreamBatches
from seqmodels.training.fit import fit
from seqmodels.training.hooks import Hook
from seqmodels.training.settings import TrainingSettings
from textprep.ids import Ids


class Reader(nn.Module):
    """A language model of ten words."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.words, self.network, self.next = nn.Embedding(10, 4), nn.LSTM(4, 5, batch_first=True), nn.Linear(5, 10)
        self.states = []

    def loss(self, batch):
        return self.loss_from(batch, None)[0]

    def loss_from(self, batch, state):
        self.states.append(state)
        before = None if state is None else tuple((part * ~batch.fresh[:, None]).unsqueeze(0) for part in state)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.words(batch.ids), batch.lengths.clamp(min=1), batch_first=True, enforce_sorted=False
        )
        output, after = self.network(packed, before)
        scores = self.next(nn.utils.rnn.pad_packed_sequence(output, batch_first=True)[0])
        losses = F.cross_entropy(scores.transpose(1, 2), batch.targets, reduction="none")
        loss = (losses * batch.mask).sum() / batch.mask.sum()
        return loss, tuple(part.squeeze(0) for part in after)

    def loss_weight(self, batch):
        return int(batch.lengths.sum())


def corpus(*lengths):
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    return Ids(np.random.default_rng(0).integers(1, 10, offsets[-1]).astype(np.int32), offsets)


SETTINGS = TrainingSettings(
    epochs=2, optimizer="sgd", learning_rate=0.5, schedule="constant", warmup_steps=0, clip_norm=0.0, average_decay=0.0
)


def scores(model):
    return {"accuracy": 0.5}


def test_chunks_are_read_on_with_gradients_that_stop_between_them():
    batches = StreamBatches(corpus(41), streams=2, steps=5)
    model, by_hand = Reader(), Reader()
    losses = []

    class Losses(Hook):
        def on_step(self, model, state, loss):
            losses.append(loss)

    state = fit(model, batches, lambda m: {"accuracy": float(len(losses))}, SETTINGS, [Losses()])
    optimizer, wanted = torch.optim.SGD(by_hand.parameters(), 0.5), []
    for epoch in range(2):
        carried = None
        for batch in batches.epoch(epoch):
            loss, carried = by_hand.loss_from(batch, carried)
            carried = tuple(part.detach() for part in carried)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            wanted.append(loss.item())
    assert losses == wanted
    assert len(losses) == 8
    assert model.next.weight.equal(by_hand.next.weight)
    assert [state is None for state in model.states] == [True, False, False, False] * 2
    assert not any(part.requires_grad for state in model.states for part in state or ())
    assert state.step == 8


def test_nothing_leaks_from_a_document_into_the_next():
    """What is learned of documents that are kept apart is what is learned of each by itself."""
    ids = corpus(7, 3, 12, 5)
    model, alone = Reader(), Reader()
    later = iter([0.1, 0.2])  # better, so that the last epoch is kept
    batches = StreamBatches(ids, streams=1, steps=4, documents="apart")
    fit(model, batches, lambda model: {"accuracy": next(later)}, SETTINGS)
    optimizer = torch.optim.SGD(alone.parameters(), 0.5)
    for _ in range(2):
        for begin, end in zip(ids.offsets[:-1], ids.offsets[1:], strict=True):
            carried = None
            document = Ids(ids.values[begin:end], np.array([0, end - begin]))
            for batch in StreamBatches(document, streams=1, steps=4):
                loss, carried = alone.loss_from(batch, carried)
                carried = tuple(part.detach() for part in carried)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
    for own, wanted in zip(model.parameters(), alone.parameters(), strict=True):
        torch.testing.assert_close(own, wanted, rtol=1e-6, atol=1e-7)


def test_batches_that_do_not_go_on_from_each_other_carry_nothing():
    class Loose(StreamBatches):
        continued = False

    model = Reader()
    fit(model, Loose(corpus(41), streams=2, steps=5), scores, SETTINGS)
    assert model.states == [None] * 8
