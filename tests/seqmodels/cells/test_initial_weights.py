import pytest
import torch
from torch import nn

from seqmodels.cells.initial_weights import INITIAL_WEIGHTS, initialise
from seqmodels.cells.lstm import LSTM
from textprep.errors import ConfigError

HIDDEN, INPUTS = 60, 90
BOUNDS = {  # of what comes in, and of what recurs: the largest number that the paper's distribution gives
    "orthogonal": ((6 / (HIDDEN + INPUTS)) ** 0.5, None),
    "xavier": ((6 / (HIDDEN + INPUTS)) ** 0.5, (6 / (HIDDEN + HIDDEN)) ** 0.5),
    "he": ((6 / INPUTS) ** 0.5, (6 / HIDDEN) ** 0.5),
    "uniform": (0.1, 0.1),
}


@pytest.mark.parametrize("kind", BOUNDS)
@pytest.mark.parametrize("network", [nn.LSTM(INPUTS, HIDDEN), LSTM(INPUTS, HIDDEN)], ids=["torch's", "ours"])
def test_each_gate_is_filled_by_itself(kind, network):
    torch.manual_seed(0)
    initialise(network, LSTM.blocks, kind)
    inputs, recurrent, *biases = (weight.detach() for weight in network.parameters())
    for weight, bound in zip((inputs, recurrent), BOUNDS[kind], strict=True):
        for gate in weight.split(HIDDEN):
            if bound is None:
                torch.testing.assert_close(gate @ gate.T, torch.eye(HIDDEN), atol=1e-5, rtol=0)
            else:
                assert 0.98 * bound < gate.abs().max() <= bound
                assert gate.std().item() == pytest.approx(bound / 3**0.5, rel=0.05)
    assert sum(biases).tolist() == [0] * HIDDEN + [1] * HIDDEN + [0] * 2 * HIDDEN


def test_biases_of_what_forgets_nothing_are_zero():
    network = nn.GRU(3, 2)
    initialise(network, ("reset", "update", "candidate"))
    assert network.bias_ih_l0.abs().sum() == network.bias_hh_l0.abs().sum() == 0


def test_kinds():
    assert list(INITIAL_WEIGHTS) == sorted(BOUNDS)
    with pytest.raises(ConfigError, match="xavier"):
        initialise(nn.RNN(2, 2), ("hidden",), "xaiver")
