from copy import deepcopy

import torch
from torch import nn

from seqmodels.training.averaging import WeightAverage
from seqmodels.training.optimizers import make_optimizer
from seqmodels.training.state import TrainingState
from seqmodels.training.trained_weights import TrainedWeights


def made():
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    optimizer = make_optimizer(model, "adam", 0.1, 0.0)
    state = TrainingState(
        weights=TrainedWeights(model, model.parameters()), optimizer=optimizer, average=WeightAverage(model, 0.9)
    )
    return model, state


def step(model, state):
    state.optimizer.zero_grad()
    model(nn.functional.dropout(torch.ones(3, 2))).sum().backward()
    state.optimizer.step()
    state.average.update()
    state.step += 1
    state.records.append({"loss": float(state.step)})


def test_a_state_goes_on_as_the_one_that_it_was_taken_from():
    (model, state), (other, loaded) = made(), made()
    step(model, state)
    state.best = {"weight": torch.ones(1, 2)}
    loaded.load_state_dict(deepcopy(state.state_dict()))
    states = state.state_dict()["random"]
    step(model, state)
    loaded.load_state_dict(loaded.state_dict() | {"random": states})
    step(other, loaded)
    assert other.weight.equal(model.weight)
    assert loaded.average.average[0].equal(state.average.average[0])
    assert (loaded.step, loaded.records) == (state.step, state.records)
    assert loaded.best["weight"].equal(torch.ones(1, 2))


def test_a_new_epoch_begins_with_nothing_in_it():
    state = TrainingState(epoch=1, step=9, batch=4, total_loss=2.0, clipped=3)
    state.begin_epoch()
    assert state == TrainingState(epoch=2, step=9)
