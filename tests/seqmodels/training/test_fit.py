import math

import pytest
import torch
from torch import nn

from seqmodels.batches.token_batches import Batches
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.training.fit import fit
from seqmodels.training.hooks import Hook
from seqmodels.training.settings import TrainingSettings
from textprep.errors import ConfigError, TextmillError


class Slope(nn.Module):
    """One weight; the loss of a batch is batch * weight, so every gradient is known."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))
        self.fixed = nn.Parameter(torch.ones(()), requires_grad=False)

    def loss(self, batch):
        return batch * self.weight


class Numbers:
    """Batches that are plain numbers, the same in each epoch."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def __len__(self):
        return len(self.numbers)

    def epoch(self, number):
        return iter(self.numbers)


def scores(*values, name="accuracy"):
    """An evaluation that gives one value after the other."""
    left = iter(values)
    return lambda model: {name: next(left)}


PLAIN = {
    "optimizer": "sgd",
    "learning_rate": 1.0,
    "schedule": "constant",
    "warmup_steps": 0,
    "clip_norm": 0.0,
    "average_decay": 0.0,
}


class Watch(Hook):
    def __init__(self):
        self.calls, self.weights, self.losses = [], [], []

    def on_start(self, model, progress):
        self.calls.append("start")

    def on_step(self, model, progress, loss):
        self.losses.append(loss)
        self.calls.append("step")

    def on_epoch(self, model, progress, record):
        self.weights.append(model.weight.item())
        self.calls.append("epoch")

    def on_best(self, model, progress):
        self.calls.append("best")

    def on_end(self, model, progress):
        self.calls.append("end")


def test_best_weights_are_restored_not_aliased():
    model, watch = Slope(), Watch()
    progress = fit(model, Numbers(1.0), scores(0.1, 0.9, 0.5, 0.4), TrainingSettings(epochs=4, **PLAIN), [watch])
    assert model.weight.item() == watch.weights[1]
    assert len(set(watch.weights)) == 4
    assert (progress.best_epoch, progress.best_score, len(progress.records)) == (1, 0.9, 4)
    assert not model.training


def test_patience_counts_epochs_without_a_better_score():
    settings = TrainingSettings(epochs=9, patience=2, **PLAIN)
    progress = fit(Slope(), Numbers(1.0), scores(0.5, 0.6, 0.6, 0.1, 0.9), settings)
    assert len(progress.records) == 4
    assert progress.best_epoch == 1


def test_lower_is_better_for_a_loss():
    settings = TrainingSettings(epochs=3, metric="dev_loss", **PLAIN)
    assert fit(Slope(), Numbers(1.0), scores(3.0, 1.0, 2.0, name="dev_loss"), settings).best_epoch == 1


def test_hooks_come_in_order():
    watch = Watch()
    fit(Slope(), Numbers(1.0, 2.0), scores(0.5, 0.4), TrainingSettings(epochs=2, **PLAIN), [watch, Hook()])
    assert watch.calls == "start step step epoch best step step epoch end".split()


def test_a_hook_can_stop_the_run():
    class Stop(Hook):
        def on_epoch(self, model, progress, record):
            progress.stop = True

    assert len(fit(Slope(), Numbers(1.0), scores(0.5), TrainingSettings(epochs=5, **PLAIN), [Stop()]).records) == 1


def test_no_epoch_begins_after_the_time_is_over():
    settings = TrainingSettings(epochs=5, minutes=1e-9, **PLAIN)
    assert len(fit(Slope(), Numbers(1.0), scores(0.5), settings).records) == 1


def test_document_002_clipping_by_global_norm():
    model = Slope()
    settings = TrainingSettings(epochs=1, **{**PLAIN, "clip_norm": 5.0})
    progress = fit(model, Numbers(15.0, 3.0), scores(0.5), settings)
    # 15 is cut to 5; Nesterov momentum 0.9: steps g + 0.9 v with v = 5, then 0.9 * 5 + 3
    assert model.weight.item() == pytest.approx(-(5 + 0.9 * 5) - (3 + 0.9 * 7.5), rel=1e-5)
    assert progress.records[0]["clipped"] == 0.5


def test_records_tell_loss_rate_and_scores():
    settings = TrainingSettings(epochs=2, **{**PLAIN, "schedule": "linear", "learning_rate": 0.5})
    record = fit(Slope(), Numbers(0.0, 0.0), scores(0.5, 0.7), settings).records[1]
    assert (record["epoch"], record["step"], record["accuracy"], record["loss"]) == (2, 4, 0.7, 0)
    assert record["learning_rate"] == pytest.approx(0.5 * 0.25)


def test_averaged_weights_are_evaluated_and_kept():
    model, watch = Slope(), Watch()
    settings = TrainingSettings(epochs=1, **{**PLAIN, "average_decay": 0.5})
    fit(model, Numbers(1.0), scores(0.5), settings, [watch])
    decay = 2 / 11
    assert model.weight.item() == pytest.approx((1 - decay) * -1.9)
    assert watch.weights == [model.weight.item()]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_ends_the_run(bad):
    with pytest.raises(TextmillError, match="learning_rate"):
        fit(Slope(), Numbers(1.0, bad), scores(0.5), TrainingSettings(epochs=1, **PLAIN))


def test_interrupts_pass_through():
    class Interrupt(Hook):
        def on_step(self, model, progress, loss):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(Slope(), Numbers(1.0), scores(0.5), TrainingSettings(epochs=1, **PLAIN), [Interrupt()])


@pytest.mark.parametrize(
    "wrong",
    [
        {"optimizer": "adan"},
        {"schedule": "cosin"},
        {"precision": "float16"},
        {"learning_rate": 0.0},
        {"epochs": 0},
        {"average_decay": 1.0},
        {"metric": "acuracy"},
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ConfigError):
        fit(Slope(), Numbers(1.0), scores(0.5), TrainingSettings(**{**PLAIN, "epochs": 1, **wrong}))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_same_seed_same_result(corpus, precision):
    def run(seed):
        torch.manual_seed(seed)
        model = Classifier(ClassifierSettings(hidden_size=8), corpus.sizes, ["no", "yes"])
        batches = Batches(corpus.types, corpus.values, corpus.offsets, labels=corpus.labels, size=16, seed=seed)
        settings = TrainingSettings(epochs=2, seed=seed, precision=precision, average_decay=0.9)
        progress = fit(model, batches, lambda m: {"accuracy": 0.5}, settings)
        return [record["loss"] for record in progress.records], model.state_dict()

    (losses, weights), (losses_again, weights_again), (other, _) = run(1), run(1), run(2)
    assert losses == losses_again
    assert all(weights[name].equal(weights_again[name]) for name in weights)
    assert losses != other


def test_the_progress_bar_shows_only_on_a_terminal_and_changes_nothing(monkeypatch, capsys):
    settings = TrainingSettings(epochs=1, progress=True, **PLAIN)
    ends = []
    for terminal in (False, True):
        monkeypatch.setattr("sys.stderr.isatty", lambda terminal=terminal: terminal)
        model = Slope()
        fit(model, Numbers(1.0, 2.0), scores(0.5), settings)
        ends.append((model.weight.item(), bool(capsys.readouterr().err)))
    assert ends[0][0] == ends[1][0]
    assert [shown for _, shown in ends] == [False, True]


def test_warm_up_takes_a_tenth_of_a_short_run_at_most():
    settings = TrainingSettings(epochs=1, **{**PLAIN, "warmup_steps": 500})
    model = Slope()
    fit(model, Numbers(*[0.0] * 9, 1.0), scores(0.5), settings)
    assert model.weight.item() == pytest.approx(-1.9)  # the last of ten steps has the full rate
