import numpy as np
import pytest
import torch

from seqmodels.cells.gru import GRU, ChoGRU


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("cls", [GRU, ChoGRU])
def test_every_gate_in_numpy(cls):
    torch.manual_seed(0)
    cell, x = cls(3, 4).double(), torch.randn(1, 6, 3, dtype=torch.float64)
    for weight in cell.parameters():
        torch.nn.init.normal_(weight)
    split = [np.split(weight.detach().numpy(), 3) for weight in (cell.weight_ih, cell.weight_hh, cell.bias)]
    (W_r, W_z, W_n), (U_r, U_z, U_n), (b_r, b_z, b_n) = split
    h, seen = np.zeros(4), []
    for each in x[0].numpy():
        r, z = sigmoid(W_r @ each + U_r @ h + b_r), sigmoid(W_z @ each + U_z @ h + b_z)
        if cls is ChoGRU:
            n = np.tanh(W_n @ each + U_n @ (r * h) + b_n)
            h = (1 - z) * h + z * n
        else:
            n = np.tanh(W_n @ each + b_n + r * (U_n @ h + cell.reset_bias.detach().numpy()))
            h = (1 - z) * n + z * h
        seen.append((r, z, n, h))
    run = cell.run(x, torch.tensor([6]))
    ours = [*(run.gates[name] for name in ("reset", "update", "candidate")), run.output]
    for gate, expected in zip(ours, zip(*seen, strict=True), strict=True):
        np.testing.assert_allclose(gate[0].detach(), np.array(expected), atol=1e-12)


def test_one_bias_a_gate_and_one_more_in_torch_s_convention():
    assert sum(weight.numel() for weight in ChoGRU(100, 256).parameters()) == 274176
    assert sum(weight.numel() for weight in GRU(100, 256).parameters()) == 274176 + 256


def test_with_open_reset_gates_the_conventions_differ_in_the_sign_of_the_update_gate_only():
    """The same network, seen from both sides: it ties the two implementations together."""
    torch.manual_seed(0)
    torchs, chos = GRU(3, 4).double(), ChoGRU(3, 4).double()
    with torch.no_grad():
        for weight in (torchs.weight_ih, torchs.weight_hh, torchs.bias):
            torch.nn.init.normal_(weight)
            weight[:4] = 0
        torchs.bias[:4] = 1000
        chos.load_state_dict(torchs.state_dict(), strict=False)
        for weight in chos.parameters():
            weight[4:8] *= -1
    x, lengths = torch.randn(2, 5, 3, dtype=torch.float64), torch.tensor([5, 3])
    torch.testing.assert_close(torchs.run(x, lengths).output, chos.run(x, lengths).output)
