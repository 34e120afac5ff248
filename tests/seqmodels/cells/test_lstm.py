import numpy as np
import pytest
import torch

from seqmodels.cells.lstm import LSTM, NormLSTM, PeepholeLSTM, forget_learn_remember_use


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def norm(a, gain, shift=0.0):
    return gain * (a - a.mean()) / np.sqrt(((a - a.mean()) ** 2).mean() + 1e-5) + shift


def random_cell(cls):
    torch.manual_seed(0)
    cell = cls(3, 4).double()
    for weight in cell.parameters():
        torch.nn.init.normal_(weight)
    return cell, torch.randn(1, 6, 3, dtype=torch.float64)


def written_out(cell, x):
    """The gates and states of one sequence (time, size) in numpy, gate by gate as the papers write them."""
    weights = {name: weight.detach().numpy() for name, weight in cell.named_parameters()}
    W, U, b = (
        dict(zip("ifgo", np.split(weights[name], 4), strict=True)) for name in ("weight_ih", "weight_hh", "bias")
    )
    p = dict(zip("ifo", weights.get("peepholes", np.zeros((3, 4))), strict=True))
    h, c, seen = np.zeros(4), np.zeros(4), []
    for each in x:
        a = {gate: W[gate] @ each + U[gate] @ h + b[gate] for gate in "ifgo"}
        if isinstance(cell, NormLSTM):
            inputs = norm(weights["weight_ih"] @ each, weights["inputs_norm.weight"])
            recurrent = norm(weights["weight_hh"] @ h, weights["recurrent_norm.weight"])
            a = dict(zip("ifgo", np.split(inputs + recurrent + weights["bias"], 4), strict=True))
        i, f = sigmoid(a["i"] + p["i"] * c), sigmoid(a["f"] + p["f"] * c)
        g = np.tanh(a["g"])
        kept, learned = f * c, i * g
        c = kept + learned
        o = sigmoid(a["o"] + p["o"] * c)
        shown = c
        if isinstance(cell, NormLSTM):
            shown = norm(c, weights["memory_norm.weight"], weights["memory_norm.bias"])
        h = o * np.tanh(shown)
        seen.append({"input": i, "forget": f, "cell": g, "output": o, "memory": c, "learned": learned, "hidden": h})
    return {name: np.array([each[name] for each in seen]) for name in seen[0]}


@pytest.mark.parametrize("cls", [LSTM, PeepholeLSTM, NormLSTM])
def test_every_gate_in_numpy(cls):
    cell, x = random_cell(cls)
    run, expected = cell.run(x, torch.tensor([6])), written_out(cell, x[0].numpy())
    for name, gate in run.gates.items():
        np.testing.assert_allclose(gate[0].detach(), expected[name], atol=1e-12)
    np.testing.assert_allclose(run.output[0].detach(), expected["hidden"], atol=1e-12)
    np.testing.assert_allclose(run.state[1][0].detach(), expected["memory"][-1], atol=1e-12)


@pytest.mark.parametrize("cls", [LSTM, PeepholeLSTM, NormLSTM])
def test_forget_learn_remember_use(cls):
    cell, x = random_cell(cls)
    expected = written_out(cell, x[0].numpy())
    of_run, state = forget_learn_remember_use(cell.run(x, torch.tensor([6]))), cell.begin(x)
    of_steps = []
    for each in x.unbind(1):
        step = cell.step(each, state)
        of_steps.append(forget_learn_remember_use(step))
        state = step.state
    for ours, theirs in {"forget": "forget", "learn": "learned", "remember": "memory", "use": "hidden"}.items():
        np.testing.assert_allclose(of_run[ours][0].detach(), expected[theirs], atol=1e-12)
        np.testing.assert_allclose(torch.cat([step[ours] for step in of_steps]).detach(), expected[theirs], atol=1e-12)


def test_without_peepholes_it_is_an_lstm():
    plain, x = random_cell(LSTM)
    peephole = PeepholeLSTM(3, 4).double()
    assert peephole.peepholes.abs().sum() == 0
    peephole.load_state_dict(plain.state_dict(), strict=False)
    assert peephole.run(x, torch.tensor([6])).output.equal(plain.run(x, torch.tensor([6])).output)


def test_the_forget_gate_begins_at_one():
    for cls in (LSTM, PeepholeLSTM, NormLSTM):
        assert cls(3, 2).bias.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("inputs, hidden, count", [(100, 256, 365568), (200, 128, 168448), (300, 512, 1665024)])
def test_one_bias_a_gate(inputs, hidden, count):
    assert sum(weight.numel() for weight in LSTM(inputs, hidden).parameters()) == count
