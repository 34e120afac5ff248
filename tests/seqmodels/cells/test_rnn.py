"""A course's worked examples, recomputed in double precision; and the norm against written-out numpy."""

import numpy as np
import pytest
import torch

from seqmodels.cells.rnn import RNN, NormRNN, ReluRNN

EXACT = {"atol": 1e-11, "rtol": 0}


def with_weights(cell, W, U, b):
    cell = cell.double()
    with torch.no_grad():
        for weight, values in ((cell.weight_ih, W), (cell.weight_hh, U), (cell.bias, b)):
            weight.copy_(torch.tensor(values, dtype=torch.float64))
    return cell


def numbers(*values):
    return torch.tensor(values, dtype=torch.float64)


def test_a_course_s_two_hidden_units():
    cell = with_weights(RNN(2, 2), [[0.5, 0.1], [-0.2, 0.8]], [[0.3, 0.4], [0.6, -0.1]], [0.1, 0.1])
    h = cell.run(torch.eye(2, dtype=torch.float64).unsqueeze(0), torch.tensor([2])).output[0]
    expected = numbers([0.537049566998, -0.099667994625], [0.310634637212, 0.843215276115])
    torch.testing.assert_close(h, expected, **EXACT)
    logits = numbers([0.1, 0.7], [-0.3, 0.2], [0.5, 0.4], [-0.6, -0.1]) @ h[1]
    expected = numbers(0.621314157002, 0.075452664059, 0.492603429052, -0.270702309939)
    torch.testing.assert_close(logits, expected, **EXACT)
    expected = numbers(0.348626503444, 0.20197413921, 0.30652227573, 0.142877081615)
    torch.testing.assert_close(torch.softmax(logits, 0), expected, **EXACT)


def test_a_course_s_back_propagation_through_time():
    cell = with_weights(RNN(4, 1), [[0.5, -0.3, 0.8, 0.0]], [[0.2]], [0.0])
    W_y = numbers(1, 0.5, -0.5, 0).requires_grad_()
    h = cell.run(torch.eye(4, dtype=torch.float64).unsqueeze(0), torch.tensor([4])).output[0]  # (4, 1)
    losses = torch.nn.functional.cross_entropy(h * W_y, torch.tensor([1, 2, 3, 3]), reduction="none")
    losses.sum().backward()
    exact = {"atol": 1e-15, "rtol": 1e-14}
    expected = numbers(0.46211715726000974, -0.20464571679388185, 0.6405293508298561, 0.12740965340755267)
    torch.testing.assert_close(h[:, 0], expected, **exact)
    expected = numbers(1.3038836248184211, 1.2393441229841993, 1.609624739367793, 1.4206817583023288)
    torch.testing.assert_close(losses, expected, **exact)
    assert losses.sum().item() == pytest.approx(5.573534245472742, rel=1e-15)
    assert losses.mean().item() == pytest.approx(1.3933835613681855, rel=1e-15)
    expected = numbers(0.39245800649742946, -0.17572493254505756, 0.3462730976590592, -0.5630061716114311)
    torch.testing.assert_close(W_y.grad, expected, **exact)
    torch.testing.assert_close(cell.weight_hh.grad, numbers([0.4520945110146369]), **exact)
    expected = numbers([0.027609473508349927, 0.7141787364790342, 0.2957932315495087, 0.28506590868016307])
    torch.testing.assert_close(cell.weight_ih.grad, expected, **exact)
    torch.testing.assert_close(cell.bias.grad, numbers(1.3226473502170557), **exact)

    torch.optim.SGD([*cell.parameters(), W_y], lr=0.1).step()
    expected = numbers(0.9607541993502571, 0.5175724932545057, -0.5346273097659059, 0.05630061716114311)
    torch.testing.assert_close(W_y.detach(), expected, **exact)
    assert cell.weight_hh.item() == pytest.approx(0.15479054889853633, rel=1e-14)
    expected = numbers([0.497239052649165, -0.3714178736479034, 0.7704206768450492, -0.02850659086801631])
    torch.testing.assert_close(cell.weight_ih.detach(), expected, **exact)


def test_a_course_s_cat_sat_here():
    W, U = np.array([[0.3, 0.7], [0.4, 0.2]]), np.array([[0.1, 0.5], [0.6, 0.3]])  # it multiplies rows from the left
    cell = with_weights(RNN(2, 2), W.T, U.T, [0.1, 0.2])
    h = cell.run(numbers([[0.5, 0.2], [0.1, 0.9], [0.8, 0.3]]), torch.tensor([3])).output[0]
    expected = [0.318520776903, 0.529895607528], [0.685697520835, 0.645898506389], [0.724051415024, 0.875606406679]
    torch.testing.assert_close(h, numbers(*expected), **EXACT)


def test_a_course_s_first_step():
    cell = with_weights(RNN(3, 2), [[0.4, 0.5, 0.6], [0.7, 0.8, 0.9]], [[0.1, 0.2], [0.3, 0.1]], [0.1, 0.1])
    x = numbers([1, 0, 1])
    step = cell.step(x, cell.begin(x))
    torch.testing.assert_close(step.gates["sum"], numbers([1.1, 1.7]), **EXACT)
    torch.testing.assert_close(step.output, numbers([0.800499021761, 0.935409070603]), **EXACT)
    y = numbers(0.5, 0.5) @ step.output[0] + 0.1
    assert y.item() == pytest.approx(0.9679540461818644, rel=1e-14)
    assert (y - 1).square().item() == pytest.approx(0.001026943156114078, rel=1e-12)


def test_one_bias_a_unit():
    assert sum(weight.numel() for weight in RNN(50, 128).parameters()) == 22912


def test_the_norm_in_numpy():
    torch.manual_seed(0)
    cell = NormRNN(3, 4).double()
    for weight in cell.parameters():
        torch.nn.init.normal_(weight)
    x = torch.randn(1, 5, 3, dtype=torch.float64)
    W, U, b, gain = (weight.detach().numpy() for weight in (cell.weight_ih, cell.weight_hh, cell.bias, cell.gain))
    h, expected = np.zeros(4), []
    for each in x[0].numpy():
        a = W @ each + U @ h
        h = np.tanh(gain * (a - a.mean()) / np.sqrt(((a - a.mean()) ** 2).mean() + 1e-5) + b)
        expected.append(h)
    run = cell.run(x, torch.tensor([5]))
    np.testing.assert_allclose(run.output[0].detach(), expected, atol=1e-12)
    np.testing.assert_allclose(np.tanh(run.gates["normed"][0].detach().numpy()), expected, atol=1e-12)


def test_relu_in_numpy():
    torch.manual_seed(0)
    cell, x = ReluRNN(3, 4).double(), torch.randn(1, 5, 3, dtype=torch.float64)
    W, U = cell.weight_ih.detach().numpy(), cell.weight_hh.detach().numpy()
    h, expected = np.zeros(4), []
    for each in x[0].numpy():
        h = np.maximum(0, W @ each + U @ h)
        expected.append(h)
    np.testing.assert_allclose(cell.run(x, torch.tensor([5])).output[0].detach(), expected, atol=1e-12)
