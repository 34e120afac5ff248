import math
import time
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from seqmodels.batches.word_batches import Batches
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.training.fit import fit
from seqmodels.training.hooks import Hook
from seqmodels.training.optimizers import ParameterGroup
from seqmodels.training.settings import TrainingBySize, TrainingSettings
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
    "optimizer": "nesterov",
    "learning_rate": 1.0,
    "schedule": "constant",
    "warmup_steps": 0,
    "clip_norm": 0.0,
    "average_decay": 0.0,
}


class Watch(Hook):
    def __init__(self):
        self.calls, self.weights, self.losses = [], [], []

    def on_start(self, model, state):
        self.calls.append("start")

    def on_step(self, model, state, loss):
        self.losses.append(loss)
        self.calls.append("step")

    def on_epoch(self, model, state, record):
        self.weights.append(model.weight.item())
        self.calls.append("epoch")

    def on_best(self, model, state):
        self.calls.append("best")

    def on_end(self, model, state):
        self.calls.append("end")


def test_best_weights_are_restored_not_aliased():
    model, watch = Slope(), Watch()
    state = fit(model, Numbers(1.0), scores(0.1, 0.9, 0.5, 0.4), TrainingSettings(epochs=4, **PLAIN), [watch])
    assert model.weight.item() == watch.weights[1]
    assert len(set(watch.weights)) == 4
    assert (state.best_epoch, state.best_score, len(state.records)) == (1, 0.9, 4)
    assert not model.training


def test_patience_counts_epochs_without_a_better_score():
    settings = TrainingSettings(epochs=9, patience=2, **PLAIN)
    state = fit(Slope(), Numbers(1.0), scores(0.5, 0.6, 0.6, 0.1, 0.9), settings)
    assert len(state.records) == 4
    assert state.best_epoch == 1


def test_lower_is_better_for_a_loss():
    settings = TrainingSettings(epochs=3, metric="dev_loss", **PLAIN)
    assert fit(Slope(), Numbers(1.0), scores(3.0, 1.0, 2.0, name="dev_loss"), settings).best_epoch == 1


def test_hooks_come_in_order():
    watch = Watch()
    fit(Slope(), Numbers(1.0, 2.0), scores(0.5, 0.4), TrainingSettings(epochs=2, **PLAIN), [watch, Hook()])
    assert watch.calls == "start step step epoch best step step epoch end".split()


def test_a_hook_can_stop_the_run():
    class Stop(Hook):
        def on_epoch(self, model, state, record):
            state.stop = True

    state = fit(Slope(), Numbers(1.0), scores(0.5), TrainingSettings(epochs=5, **PLAIN), [Stop()])
    assert (len(state.records), state.ended) == (1, "hook")


class Sleep(Hook):
    """Lets time pass in each step."""

    def __init__(self, seconds):
        self.seconds, self.rates = seconds, []

    def on_step(self, model, state, loss):
        time.sleep(self.seconds)
        self.rates.append(state.learning_rate)


def test_no_step_begins_after_the_time_is_over():
    settings = TrainingSettings(epochs=5, minutes=1e-9, **PLAIN)
    state = fit(Slope(), Numbers(1.0, 2.0), scores(0.5), settings)
    assert (state.ended, state.step, len(state.records)) == ("minutes", 1, 1)
    state = fit(Slope(), Numbers(1.0), scores(0.5), settings)
    assert (state.ended, state.step, len(state.records)) == ("minutes", 1, 1)


def test_the_rate_falls_as_the_time_runs_out():
    sleep = Sleep(0.02)
    settings = TrainingSettings(epochs=5, minutes=0.2 / 60, **{**PLAIN, "schedule": "linear"})
    state = fit(Slope(), Numbers(*[0.0] * 1000), scores(0.5), settings, [sleep])
    assert (state.ended, len(state.records), state.best_epoch) == ("minutes", 1, 0)
    assert 2 <= state.step <= 11
    assert sleep.rates == sorted(sleep.rates, reverse=True)
    assert sleep.rates[-1] <= 1 - 0.02 * (state.step - 2) / 0.2  # each step has slept


def test_what_ended_a_run():
    settings = TrainingSettings(epochs=3, patience=1, **PLAIN)
    assert fit(Slope(), Numbers(1.0), scores(0.5, 0.6, 0.7), settings).ended == "epochs"
    assert fit(Slope(), Numbers(1.0), scores(0.5, 0.5), settings).ended == "patience"
    assert fit(Slope(), Numbers(1.0), scores(0.5), replace(settings, minutes=1e-9)).ended == "minutes"
    assert fit(Slope(), Numbers(1.0), scores(0.5, 0.6, 0.7), replace(settings, minutes=9.0)).ended == "epochs"


def test_document_002_clipping_by_global_norm():
    model = Slope()
    settings = TrainingSettings(epochs=1, **{**PLAIN, "clip_norm": 5.0})
    state = fit(model, Numbers(15.0, 3.0), scores(0.5), settings)
    # 15 is cut to 5; Nesterov momentum 0.9: steps g + 0.9 v with v = 5, then 0.9 * 5 + 3
    assert model.weight.item() == pytest.approx(-(5 + 0.9 * 5) - (3 + 0.9 * 7.5), rel=1e-5)
    assert state.records[0]["clipped"] == 0.5


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
        def on_step(self, model, state, loss):
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
        {"device": "gpu"},
        {"threads": -1},
        {"metric": "acuracy"},
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ConfigError):
        fit(Slope(), Numbers(1.0), scores(0.5), TrainingSettings(**{**PLAIN, "epochs": 1, **wrong}))


def test_epochs_that_were_left_open_must_have_been_filled_in():
    with pytest.raises(ConfigError, match="epochs must be at least 1"):
        fit(Slope(), Numbers(1.0), scores(0.5), TrainingBySize(**{**PLAIN, "epochs": 0}))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_same_seed_same_result(corpus, precision):
    def run(seed):
        torch.manual_seed(seed)
        model = Classifier(ClassifierSettings(encoder=RecurrentSettings(hidden_size=8)), corpus.sizes, ["no", "yes"])
        batches = Batches(corpus.features, corpus.codes, corpus.offsets, targets=corpus.labels, size=16, seed=seed)
        settings = TrainingSettings(epochs=2, seed=seed, precision=precision, average_decay=0.9)
        state = fit(model, batches, lambda m: {"accuracy": 0.5}, settings)
        return [record["loss"] for record in state.records], model.state_dict()

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


def test_a_hook_sees_the_gradient_before_it_is_clipped_and_may_change_it():
    class Halve(Hook):
        def __init__(self):
            self.seen = []

        def on_backward(self, model, state):
            self.seen.append((state.step, model.weight.grad.item(), model.weight.item()))
            model.weight.grad /= 2

    model, halve = Slope(), Halve()
    fit(model, Numbers(16.0), scores(0.5), TrainingSettings(epochs=1, **{**PLAIN, "clip_norm": 5.0}), [halve])
    assert halve.seen == [(0, 16, 0)]
    assert model.weight.item() == pytest.approx(-5 * 1.9, rel=1e-5)
    fit(model, Numbers(0.0, 8.0), scores(0.5), TrainingSettings(epochs=1, **{**PLAIN, "clip_norm": 5.0}), [halve])
    assert halve.seen[-1][:2] == (1, 8)
    assert model.weight.item() == pytest.approx(-5 * 1.9 - 4 * 1.9, rel=1e-5)


class Measured:
    """An evaluation that says which scores it gives."""

    names = frozenset({"accuracy", "f1"})

    def __init__(self):
        self.calls = 0

    def __call__(self, model):
        self.calls += 1
        return {"accuracy": 0.5, "f1": 0.25}


def test_a_wrong_metric_is_found_before_the_first_step_if_the_evaluation_says_its_names():
    watch, measured = Watch(), Measured()
    with pytest.raises(ConfigError, match="did you mean 'accuracy'"):
        fit(Slope(), Numbers(1.0), measured, TrainingSettings(metric="acuracy", **PLAIN), [watch])
    assert (watch.calls, measured.calls) == ([], 0)
    assert fit(Slope(), Numbers(1.0), measured, TrainingSettings(metric="f1", epochs=2, **PLAIN)).best_score == 0.25


def test_groups_have_rates_and_decay_of_their_own():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.slow, self.fast = nn.Parameter(torch.ones(())), nn.Parameter(torch.ones(()))

        def loss(self, batch):
            return batch * (self.slow + self.fast)

    def groups(model):
        return [ParameterGroup([model.slow], rate=0.1), ParameterGroup([model.fast], weight_decay=0.5)]

    model, rates = Two(), []

    class Rates(Hook):
        def on_step(self, model, state, loss):
            rates.append(state.learning_rate)

    settings = TrainingSettings(epochs=1, **{**PLAIN, "schedule": "linear"})
    fit(model, Numbers(1.0, 0.0), scores(0.5), settings, [Rates()], groups=groups)
    assert rates == [1, 0.5]
    # Nesterov momentum 0.9, of which the second step has 0.81 left; decay 0.5 joins the gradient
    assert model.slow.item() == pytest.approx(1 - 0.1 * 1.9 - 0.05 * 0.81)
    first = 1 - 1.9 * 1.5
    assert model.fast.item() == pytest.approx(first - 0.5 * (0.5 * first + 0.9 * (0.9 * 1.5 + 0.5 * first)))


class Sizes(TorchDispatchMode):
    """Writes down how many numbers each copied tensor has."""

    def __init__(self):
        super().__init__()
        self.copied = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function.overloadpacket in (torch.ops.aten.clone, torch.ops.aten.copy_, torch.ops.aten._to_copy):
            self.copied.append(args[0].numel())
        return function(*args, **(kwargs or {}))


def test_a_best_epoch_keeps_no_copy_of_what_is_frozen():
    class Frozen(Slope):
        def __init__(self):
            super().__init__()
            self.table = nn.Parameter(torch.ones(7), requires_grad=False)
            self.register_buffer("matrix", torch.ones(300_000))
            self.register_buffer("count", torch.zeros(3))

        def loss(self, batch):
            self.count += 1
            return super().loss(batch)

    model, sizes = Frozen(), Sizes()
    with sizes:
        fit(model, Numbers(1.0), scores(0.1, 0.9, 0.5), TrainingSettings(epochs=3, **PLAIN))
    assert 3 in sizes.copied
    assert not {7, 300_000} & set(sizes.copied)
    assert model.count.tolist() == [2, 2, 2]  # as in the best epoch
