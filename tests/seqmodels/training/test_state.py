from copy import deepcopy

import torch
from torch import nn

from seqmodels.training.averaging import WeightAverage
from seqmodels.training.optimizers import make_optimizer
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.state import TrainingState
from seqmodels.training.trained_weights import TrainedWeights


def made():
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    optimizer = make_optimizer(model, TrainingSettings(learning_rate=0.1))
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
    state.carried, state.clip_threshold = (torch.ones(3, 2), torch.zeros(3)), 0.5
    loaded.load_state_dict(deepcopy(state.state_dict()))
    states = state.state_dict()["random"]
    step(model, state)
    loaded.load_state_dict(loaded.state_dict() | {"random": states})
    step(other, loaded)
    assert other.weight.equal(model.weight)
    assert loaded.average.average[0].equal(state.average.average[0])
    assert (loaded.step, loaded.records) == (state.step, state.records)
    assert loaded.best["weight"].equal(torch.ones(1, 2))
    assert [part.tolist() for part in loaded.carried] == [part.tolist() for part in state.carried]
    assert loaded.clip_threshold == 0.5


def test_a_new_epoch_begins_with_nothing_in_it():
    state = TrainingState(epoch=1, step=9, batch=4, total_loss=2.0, clipped=3, skipped=2, carried=(torch.ones(1),))
    state.begin_epoch()
    assert state == TrainingState(epoch=2, step=9)


def test_what_lasts_longer_than_an_epoch_does_not_begin_anew():
    state = TrainingState(clip_threshold=0.5, skipped_in_row=2)
    state.begin_epoch()
    assert (state.clip_threshold, state.skipped_in_row) == (0.5, 2)
