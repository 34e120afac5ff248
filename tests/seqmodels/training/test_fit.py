import math
import time
from dataclasses import replace
from typing import NamedTuple

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from seqmodels.batches.word_batches import Batches
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.models.tagger import Tagger, TaggerSettings
from seqmodels.training.fit import fit
from seqmodels.training.gradient_noise import add_noise
from seqmodels.training.hooks import Hook
from seqmodels.training.memory import OutOfMemoryError
from seqmodels.training.optimizers import ParameterGroup
from seqmodels.training.settings import TrainingBySize, TrainingSettings
from textprep.errors import ConfigError, InputWarning, TextmillError
from textprep.settings import with_values


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


class Rates(Hook):
    """The learning rate of each step."""

    def __init__(self):
        self.seen = []

    def on_step(self, model, state, loss):
        self.seen.append(state.learning_rate)


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


@pytest.mark.parametrize(("epochs", "wanted"), [(5, ("steps", 5, 2)), (1, ("epochs", 3, 1)), (2, ("steps", 5, 2))])
def test_so_many_steps_and_no_more(epochs, wanted):
    settings = TrainingSettings(**{**PLAIN, "schedule": "linear"}, epochs=epochs, steps=5)
    rates = Rates()
    state = fit(Slope(), Numbers(1.0, 1.0, 1.0), scores(*range(9)), settings, [rates])
    assert (state.ended, state.step, len(state.records)) == wanted
    steps = min(5, 3 * epochs)
    assert rates.seen == pytest.approx([1 - step / steps for step in range(steps)])


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


@pytest.mark.parametrize("name", ["dev_loss", "perplexity", "bits_per_character"])
def test_lower_is_better_for_a_loss(name):
    settings = TrainingSettings(epochs=3, metric=name, **PLAIN)
    assert fit(Slope(), Numbers(1.0), scores(3.0, 1.0, 2.0, name=name), settings).best_epoch == 1


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
        {"clipping": "nrom"},
        {"clip_value": 0.0},
        {"clip_smoothing": 1.0},
        {"momentum": 1.0},
        {"square_decay": 1.0},
        {"accumulate": 0},
        {"skip_not_finite": -1},
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


class Line(nn.Module):
    """A weight that is to be the mean of numbers."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))

    def loss(self, batch):
        return (batch - self.weight).square().mean()


class CountedLine(Line):
    def loss_weight(self, batch):
        return len(batch)


class Losses(Hook):
    def __init__(self):
        self.losses = []

    def on_step(self, model, state, loss):
        self.losses.append(loss)


def test_batches_that_are_taken_together_are_one_large_batch():
    numbers = torch.arange(10.0).split([3, 1, 4, 0, 2])
    plain = TrainingSettings(epochs=1, **{**PLAIN, "learning_rate": 0.1, "schedule": "linear"})
    small, large, uncounted, losses, wanted = CountedLine(), Line(), Line(), Losses(), Losses()
    state = fit(small, Numbers(*numbers[:3], numbers[4]), scores(0.5), replace(plain, accumulate=2), [losses])
    fit(large, Numbers(torch.arange(4.0), torch.arange(4.0, 10)), scores(0.5), plain, [wanted])
    assert (state.step, state.batch) == (2, 2)
    assert small.weight.item() == pytest.approx(large.weight.item(), rel=1e-6)
    assert losses.losses == pytest.approx(wanted.losses, rel=1e-6)
    fit(uncounted, Numbers(*numbers[:3], numbers[4]), scores(0.5), replace(plain, accumulate=2))
    assert uncounted.weight.item() != pytest.approx(large.weight.item(), rel=1e-2)


@pytest.mark.parametrize("kind", [Classifier, Tagger])
def test_what_a_models_loss_is_a_mean_of_is_what_it_says(corpus, kind):
    """Batches of 24 in three parts, of which the last may be smaller, give what they give whole."""

    def trained(size, accumulate):
        torch.manual_seed(0)
        drop = ("input_dropout", "output_dropout", "layer_dropout", "word_dropout", "char_dropout")
        undropped = dict.fromkeys(drop, 0.0) | {"hidden_size": 8}
        batches = {"features": corpus.features, "codes": corpus.codes, "offsets": corpus.offsets, "size": size}
        if kind is Classifier:
            settings = with_values(ClassifierSettings(), undropped)
            model = Classifier(settings, corpus.sizes, ["no", "yes"], None, torch.tensor([0.5, 2.0]))
            data = Batches(**batches, targets=corpus.labels)
        else:
            model = Tagger(with_values(TaggerSettings(), undropped), corpus.sizes, corpus.tag_names)
            data = Batches(**batches, targets=corpus.tags, per_token=True)
        settings = TrainingSettings(epochs=2, accumulate=accumulate, **{**PLAIN, "learning_rate": 0.01})
        state = fit(model, data, lambda m: {"accuracy": 0.5}, settings)
        return [*model.parameters()], [record["loss"] for record in state.records], state.step

    (whole, losses, steps), (parts, same_losses, same_steps) = trained(24, 1), trained(8, 3)
    assert steps == same_steps == 18
    assert losses == pytest.approx(same_losses, rel=1e-5)
    for one, other in zip(whole, parts, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


class Rows(NamedTuple):
    """A batch that says of which rows it is."""

    number: float
    rows: torch.Tensor

    def __mul__(self, other):
        return self.number * other


def test_a_loss_that_is_not_finite_may_be_left_out():
    watch, left_out, settings = Watch(), Slope(), TrainingSettings(epochs=2, skip_not_finite=2, **PLAIN)
    bad = Rows(math.nan, torch.arange(20, 31))
    with pytest.warns(InputWarning) as warnings:
        state = fit(left_out, Numbers(1.0, bad, bad, 2.0, bad), scores(0.5, 0.6), settings, [watch])
    assert [str(warning.message) for warning in warnings][1::3] == [
        "the loss is nan and the gradient's norm nan at step 1 (epoch 1, batch 3: rows 20, 21, 22, 23, 24, 25, 26, 27 "
        "and 3 more of the training data); it is left out",
        "the loss is nan and the gradient's norm nan at step 3 (epoch 2, batch 3: rows 20, 21, 22, 23, 24, 25, 26, 27 "
        "and 3 more of the training data); it is left out",
    ]
    assert [record["skipped"] for record in state.records] == [3, 3]
    assert state.step == 4
    assert watch.calls.count("step") == 4
    absent = Slope()
    records = fit(absent, Numbers(1.0, 2.0), scores(0.5, 0.6), settings).records
    assert left_out.weight.equal(absent.weight)
    assert [record["loss"] for record in state.records] == [record["loss"] for record in records]


def test_too_many_in_a_row_end_the_run():
    settings = TrainingSettings(epochs=1, skip_not_finite=2, **PLAIN)
    bad = math.inf
    with (
        pytest.warns(InputWarning),
        pytest.raises(TextmillError, match="batch 6\\), after 2 others that were left out"),
    ):
        fit(Slope(), Numbers(1.0, bad, 1.0, bad, bad, bad), scores(0.5), settings)


def test_without_leave_the_first_one_ends_the_run_and_is_named():
    bad = Rows(math.nan, torch.tensor([7, 9]))
    with pytest.raises(TextmillError, match=r"at step 1 \(epoch 1, batch 2: rows 7, 9 of the training data\); lower"):
        fit(Slope(), Numbers(1.0, bad), scores(0.5), TrainingSettings(epochs=1, **PLAIN))


def test_how_often_gradients_are_clipped_is_told():
    numbers = Numbers(1.0, 3.0, 0.5, 2.0)
    settings = TrainingSettings(epochs=1, **{**PLAIN, "optimizer": "sgd", "clipping": "value", "clip_value": 1.5})
    model = Slope()
    assert fit(model, numbers, scores(0.5), settings).records[0]["clipped"] == 0.5
    assert model.weight.item() == -1 - 1.5 - 0.5 - 1.5
    settings = replace(settings, clipping="adaptive", clip_smoothing=0.5)
    assert fit(Slope(), numbers, scores(0.5), settings).records[0]["clipped"] == 0.5  # 1, 2, 1.25, 1.625


def test_the_rate_falls_when_the_score_stands_still():
    settings = TrainingSettings(epochs=5, plateau_factor=0.1, **{**PLAIN, "schedule": "plateau", "metric": "dev_loss"})
    state = fit(Slope(), Numbers(0.0), scores(3.0, 2.0, 2.0, 1.0, 1.0, name="dev_loss"), settings)
    assert [record["learning_rate"] for record in state.records] == pytest.approx([1, 1, 1, 0.1, 0.1])


def test_averaging_that_waits_for_the_score_to_fall():
    model, watch = Slope(), Watch()
    settings = TrainingSettings(epochs=4, trigger=0, **{**PLAIN, "optimizer": "ntasgd"})
    fit(model, Numbers(1.0, 1.0), scores(0.5, 0.4, 0.3, 0.6), settings, [watch])
    assert watch.weights == [-2, -4, -5.5, -6.5]  # the means of -5, -6 and of -5 to -8
    assert model.weight.item() == -6.5


def test_noise_is_added_behind_the_clipping():
    model, settings = Slope(), TrainingSettings(epochs=1, seed=3, gradient_noise=0.3, **{**PLAIN, "optimizer": "sgd"})
    fit(model, Numbers(4.0, 1.0), scores(0.5), replace(settings, clip_norm=1.0))
    drawn = nn.Parameter(torch.zeros(()))
    drawn.grad = torch.zeros(())
    for step in range(2):
        add_noise([drawn], 0.3, step, 3)
    assert model.weight.item() == pytest.approx(-1 - 1 - drawn.grad.item(), rel=1e-5)


@pytest.mark.parametrize(
    "encoder",
    [TransformerSettings(hidden_size=8, inner_size=16, dropout=0.2), RecurrentSettings(hidden_size=8, layers=2)],
)
def test_what_is_recomputed_gives_the_same_bits(corpus, encoder):
    def trained(recompute):
        torch.manual_seed(0)
        model = Classifier(ClassifierSettings(encoder=encoder), corpus.sizes, ["no", "yes"])
        batches = Batches(corpus.features, corpus.codes, corpus.offsets, targets=corpus.labels, size=16, seed=0)
        fit(model, batches, lambda m: {"accuracy": 0.5}, TrainingSettings(epochs=1, recompute=recompute))
        return model.state_dict()

    kept, again = trained(False), trained(True)
    assert all(kept[name].equal(again[name]) for name in kept)


def test_a_batch_larger_than_memory_is_advice():
    class Greedy(Slope):
        def loss(self, batch):
            return super().loss(batch) + torch.empty(2**50).sum()

    with pytest.raises(OutOfMemoryError, match="make the batches smaller and accumulate them") as error:
        fit(Greedy(), Numbers(1.0), scores(0.5), TrainingSettings(epochs=1, **PLAIN))
    assert isinstance(error.value, ConfigError)


def test_a_hook_sees_the_gradient_of_every_layer_at_every_step():
    class Norms(Hook):
        def __init__(self):
            self.norms = []

        def on_backward(self, model, state):
            self.norms.append({name: weight.grad.norm().item() for name, weight in model.named_parameters()})

    class Two(nn.Sequential):
        def loss(self, batch):
            return self(batch).sum()

    torch.manual_seed(0)
    model, norms = Two(nn.Linear(2, 3), nn.Linear(3, 1)), Norms()
    first = model[0].weight.detach().clone(), model[1].weight.detach().clone()
    x = torch.ones(1, 2)
    fit(model, Numbers(x, x), scores(0.5), TrainingSettings(epochs=1, **{**PLAIN, "accumulate": 2}), [norms])
    assert norms.norms[0]["0.weight"] == pytest.approx((first[1].norm() * x.norm()).item())
    assert norms.norms[0]["1.bias"] == 1
    assert len(norms.norms) == 1
