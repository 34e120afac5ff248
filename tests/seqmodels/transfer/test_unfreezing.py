from dataclasses import replace

import pytest
import torch

from seqmodels.training.fit import fit
from seqmodels.training.hooks import Hook
from seqmodels.training.settings import TrainingSettings
from seqmodels.transfer.layer_order import layers_of
from seqmodels.transfer.unfreezing import GradualUnfreezing, discriminative_groups
from textprep.errors import ConfigError

SETTINGS = TrainingSettings(epochs=6, schedule="slanted_triangular", warmup_steps=0, average_decay=0.9)


class StoppedError(Exception):
    pass


class StopAt(Hook):
    """Ends the process' run after a step."""

    def __init__(self, step):
        self.step = step

    def on_step(self, model, state, loss):
        if state.step == self.step:
            raise StoppedError


class Trained(Hook):
    """Writes down which parameters take a gradient in the steps of each epoch."""

    def __init__(self):
        self.epochs = {}

    def on_step(self, model, state, loss):
        having = {name for name, weight in model.named_parameters() if weight.grad is not None}
        taking = {name for name, weight in model.named_parameters() if weight.requires_grad}
        assert having <= taking
        self.epochs.setdefault(state.epoch, set()).add(frozenset(taking))


def evaluate(model):
    return {"accuracy": torch.rand(()).item()}


def names(model, *prefixes):
    return {name for name, _ in model.named_parameters() if name.startswith(prefixes)}


def test_one_more_layer_from_the_top_after_each_epoch(classifier, sentences):
    model, trained = classifier(), Trained()
    fit(model, sentences(seed=0), evaluate, SETTINGS, [GradualUnfreezing(), trained], groups=discriminative_groups)
    second = "encoder.ahead.2.", "encoder.back.2."
    third = "encoder.ahead.1.", "encoder.back.1."
    wanted = [("head.",), ("head.", *second), ("head.", *second, *third), ("head.", "encoder."), ("",), ("",)]
    assert trained.epochs == {epoch: {frozenset(names(model, *parts))} for epoch, parts in enumerate(wanted)}
    assert all(weight.requires_grad for weight in model.parameters())


def test_a_layer_may_have_several_epochs(classifier, sentences):
    model, trained = classifier("transformer"), Trained()
    fit(model, sentences(seed=0), evaluate, SETTINGS, [GradualUnfreezing(epochs=2), trained])
    counts = [len(next(iter(each))) for each in trained.epochs.values()]
    assert counts[0] == counts[1] < counts[2] == counts[3] < counts[4] == counts[5]


def test_frozen_layers_do_not_move(classifier, sentences):
    model = classifier()
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    hooks = [GradualUnfreezing(), StopAt(len(sentences()))]
    with pytest.raises(StoppedError):  # so that the weights are those of the last step
        fit(model, sentences(seed=0), evaluate, SETTINGS, hooks, groups=discriminative_groups)
    moved = {name for name, weight in model.named_parameters() if not weight.equal(before[name])}
    assert moved == names(model, "head.")


def test_all_take_gradients_again_after_a_run_too_short_for_all_layers(classifier, sentences):
    model = classifier()
    fit(model, sentences(), evaluate, replace(SETTINGS, epochs=2), [GradualUnfreezing()])
    assert all(weight.requires_grad for weight in model.parameters())


def test_what_was_frozen_before_stays_frozen(classifier, sentences):
    model = classifier()
    model.input.requires_grad_(False)
    fit(model, sentences(seed=0), evaluate, SETTINGS, [GradualUnfreezing()])
    assert {name for name, weight in model.named_parameters() if not weight.requires_grad} == names(model, "input.")


@pytest.mark.parametrize("stops", [(5,), (13, 26), (20, 33, 60)])  # an epoch has 13 steps
def test_a_resumed_run_is_the_undisturbed_one_to_the_bit(classifier, sentences, tmp_path, stops):
    def run(hooks, **options):
        model = classifier()
        hooks = [GradualUnfreezing(), trained, *hooks]
        settings = replace(SETTINGS, checkpoint_steps=4)
        fit(model, sentences(seed=0), evaluate, settings, hooks, groups=discriminative_groups, **options)
        return model.state_dict()

    trained = Trained()
    undisturbed, wanted = run([]), trained.epochs
    trained.epochs = {}
    for step in stops:
        with pytest.raises(StoppedError):
            run([StopAt(step)], checkpoint=tmp_path / "checkpoint", resume=True)
    resumed = run([], checkpoint=tmp_path / "checkpoint", resume=True)
    assert trained.epochs == wanted
    assert all(value.equal(undisturbed[name]) for name, value in resumed.items())


def test_each_layer_has_a_lower_rate_than_the_one_above(classifier):
    model = classifier()
    groups = discriminative_groups(model)
    assert [group.rate for group in groups] == pytest.approx([2.6**-4, 2.6**-3, 2.6**-2, 2.6**-1, 1])
    assert [list(group.parameters) for group in groups] == [layer.parameters for layer in layers_of(model)]
    assert {group.rate for group in discriminative_groups(model, factor=1)} == {1}


def test_the_rates_reach_the_optimiser(classifier, sentences):
    class Rates(Hook):
        def on_step(self, model, state, loss):
            rates.append([group["lr"] / state.learning_rate for group in state.optimizer.param_groups])

    rates = []
    settings = TrainingSettings(epochs=1, schedule="slanted_triangular", warmup_steps=0)
    fit(classifier(), sentences(), evaluate, settings, [Rates()], groups=discriminative_groups)
    assert all(each == pytest.approx([2.6**-4, 2.6**-3, 2.6**-2, 2.6**-1, 1]) for each in rates)


def test_what_cannot_be(classifier):
    with pytest.raises(ConfigError, match="at least 1 epoch"):
        GradualUnfreezing(epochs=0)
    with pytest.raises(ConfigError, match=r"2\.6 is usual"):
        discriminative_groups(classifier(), factor=0)
