import numpy as np
import pytest
import torch

from seqmodels.cells.gru import GRU
from seqmodels.cells.lstm import LSTM
from seqmodels.inspect.gates import gate_maps
from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import ConfigError, InputError

TOKENS = ["a", "b", "c"]
LENGTHS = torch.tensor([5, 3])


@pytest.mark.parametrize("name, kind", [("lstm", LSTM), ("gru", GRU)])
def test_gates_are_those_of_the_cells_in_both_directions(name, kind):
    torch.manual_seed(0)
    encoder, x = RecurrentEncoder(3, 4, cell=name), torch.randn(2, 5, 3)
    left, right = gate_maps(encoder, lambda: encoder(x, LENGTHS), TOKENS, row=1)
    alone = x[1:, :3]
    for found, network, turn in [(left, encoder.ahead[0], 1), (right, encoder.back[0], -1)]:
        run = kind.from_torch(network).run(alone if turn == 1 else alone.flip(1), torch.tensor([3]))
        assert list(found.gates) == list(kind.gates)
        for gate, values in found.gates.items():
            np.testing.assert_allclose(values, run.gates[gate][0].detach().numpy()[::turn], atol=1e-6)
    assert (left.layer, right.layer) == ("layer 1 from the left", "layer 1 from the right")
    assert left.tokens == TOKENS


def test_an_lstm_retold():
    encoder, x = RecurrentEncoder(3, 4, bidirectional=False), torch.randn(2, 5, 3)
    (told,) = gate_maps(encoder, lambda: encoder(x, LENGTHS), TOKENS, row=1)
    (retold,) = gate_maps(encoder, lambda: encoder(x, LENGTHS), TOKENS, row=1, retold=True)
    assert list(retold.gates) == ["forget", "learn", "remember", "use"]
    np.testing.assert_allclose(retold.gates["learn"], told.gates["input"] * told.gates["cell"], atol=1e-6)
    memory = np.zeros(4)
    for step in range(3):  # the documents' own recursion
        memory = memory * retold.gates["forget"][step] + retold.gates["learn"][step]
        np.testing.assert_allclose(retold.gates["remember"][step], memory, atol=1e-6)
        shown = told.gates["output"][step] * np.tanh(memory)
        np.testing.assert_allclose(retold.gates["use"][step], shown, atol=1e-6)


def test_what_cannot_be_shown():
    gru, x = RecurrentEncoder(3, 4, cell="gru", bidirectional=False), torch.randn(2, 5, 3)
    with pytest.raises(ConfigError, match="layer 1 is no LSTM"):
        gate_maps(gru, lambda: gru(x, LENGTHS), TOKENS, retold=True)
    with pytest.raises(InputError, match="6 tokens of row 0"):
        gate_maps(gru, lambda: gru(x, LENGTHS), ["a"] * 6)
    assert not gru.keep_gates
    linear = torch.nn.Linear(1, 1)
    assert gate_maps(linear, lambda: None, TOKENS) == []
