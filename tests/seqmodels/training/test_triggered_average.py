import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import nn

from seqmodels.training.averaging import WeightAverage
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.triggered_average import TriggeredAverage, has_stalled, make_average


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 4))
def test_averaging_begins_where_the_papers_loop_lets_it_begin(scores, look_back):
    logs, trigger = [], None  # the paper's algorithm 1, with losses
    for loss in (-score for score in scores):
        t = len(logs)
        if trigger is None and t > look_back and loss > min(logs[: t - look_back]):
            trigger = t
        logs.append(loss)
    average, begun = TriggeredAverage(nn.Linear(1, 1), look_back), None
    for count in range(len(scores) + 1):
        average.begin_epoch(scores[:count])
        if average.begun and begun is None:
            begun = count - 1
    assert begun == trigger
    assert has_stalled(scores, look_back) <= average.begun


def test_the_mean_is_torchs_averaged_descent_from_then_on():
    torch.manual_seed(0)
    weight, other = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))
    model = nn.ParameterList([weight])
    average, own = TriggeredAverage(model, 0), torch.optim.SGD([weight], 0.1)
    averaged = torch.optim.ASGD([other], 0.1, lambd=0.0, alpha=0.0, t0=2)  # three steps before it begins
    for step in range(8):
        average.begin_epoch([1.0] if step < 3 else [1.0, 0.5])
        weight.grad = torch.randn(3)
        other.grad = weight.grad.clone()
        own.step()
        averaged.step()
        average.update()
        with average.in_place():
            torch.testing.assert_close(weight, other if step < 3 else averaged.state[other]["ax"])
        torch.testing.assert_close(weight, other)


def test_a_resumed_average_goes_on():
    model = nn.Linear(2, 1)
    average, again = TriggeredAverage(model, 0), TriggeredAverage(model, 0)
    average.begin_epoch([1.0, 0.0])
    average.update()
    again.load_state_dict(average.state_dict())
    again.begin_epoch([1.0, 0.0])
    nn.init.zeros_(model.weight)
    average.update(), again.update()
    assert again.updates == 2
    assert again.average[0].equal(average.average[0])


@pytest.mark.parametrize("optimizer, decay, kind", [("ntasgd", 0.9, TriggeredAverage), ("sgd", 0.9, WeightAverage)])
def test_which_average_the_settings_ask_for(optimizer, decay, kind):
    assert type(make_average(nn.Linear(1, 1), TrainingSettings(optimizer=optimizer, average_decay=decay))) is kind
    assert make_average(nn.Linear(1, 1), TrainingSettings(average_decay=0.0)) is None
