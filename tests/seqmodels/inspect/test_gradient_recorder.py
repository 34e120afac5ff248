import numpy as np
import pytest
import torch
from torch import nn

from seqmodels.batches.id_batches import IdBatches
from seqmodels.inspect.gradient_norms import step_gradients
from seqmodels.inspect.gradient_recorder import GradientRecorder
from seqmodels.layers.recurrent import RecurrentEncoder
from seqmodels.training.fit import fit
from seqmodels.training.hooks import Hook
from seqmodels.training.settings import TrainingSettings
from textprep.errors import ConfigError
from textprep.ids import Ids

SETTINGS = TrainingSettings(epochs=1, metric="loss", threads=1, warmup_steps=0)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.words = nn.Embedding(7, 3)
        self.encoder = RecurrentEncoder(3, 4, cell="lstm", bidirectional=False)

    def loss(self, batch):
        return self.encoder(self.words(batch.ids), batch.lengths).output.square().mean()


@pytest.fixture
def batches():
    values = np.arange(1, 41, dtype=np.int32) % 7
    return IdBatches(Ids(values, np.arange(0, 41, 5)), size=2)


def trained(batches, *hooks, **changes):
    model = Model()
    settings = TrainingSettings(**{**SETTINGS.__dict__, **changes})
    fit(model, batches, lambda model: {"loss": 0.0}, settings, hooks)
    return model


def test_the_norms_are_those_of_the_gradients_in_every_so_many_steps(batches):
    by_hand = []

    class ByHand(Hook):
        def on_backward(self, model, state):
            squares = [weight.grad.square().sum() for weight in model.encoder.ahead[0].parameters()]
            by_hand.append([model.words.weight.grad.norm().item(), sum(squares).sqrt().item()])

    recorder = GradientRecorder(every=2)
    trained(batches, recorder, ByHand())
    history = recorder.history()
    assert history.layers == ["words", "encoder.ahead.0"]
    assert history.steps.tolist() == [0, 2]
    np.testing.assert_allclose(history.norms, by_hand[::2], rtol=1e-6)


def test_steps_over_time_are_those_of_the_loss(batches):
    recorder = GradientRecorder(every=3, over_time=True)
    trained(batches, recorder)
    model = Model()
    expected = step_gradients(model, lambda: model.loss(next(iter(batches.epoch(0)))))
    assert len(recorder.time_steps) == 2
    assert recorder.time_steps[0].layers == expected.layers == ["encoder layer 1", "encoder layer 1, memory"]
    np.testing.assert_allclose(recorder.time_steps[0].norms, expected.norms, rtol=1e-5)


def test_batches_that_are_taken_together_count_together(batches):
    recorder = GradientRecorder(over_time=True)
    trained(batches, recorder, accumulate=2)
    model = Model()
    first, second = list(batches.epoch(0))[:2]
    parts = [step_gradients(model, lambda batch=batch: model.loss(batch) / 2).norms for batch in (first, second)]
    np.testing.assert_allclose(recorder.time_steps[0].norms, np.sqrt(parts[0] ** 2 + parts[1] ** 2), rtol=1e-5)


def test_the_training_is_what_it_is_without_a_recorder(batches):
    watched, alone = trained(batches, GradientRecorder(every=2, over_time=True)), trained(batches)
    assert not watched.encoder.keep_gates
    assert not watched.encoder._forward_hooks
    for seen, unseen in zip(watched.parameters(), alone.parameters(), strict=True):
        torch.testing.assert_close(seen, unseen)


def test_every_must_be_a_step_or_more():
    with pytest.raises(ConfigError, match="every"):
        GradientRecorder(every=0)
