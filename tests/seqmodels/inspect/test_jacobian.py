import numpy as np
import pytest
import torch

from seqmodels.cells.cell import CELLS
from seqmodels.inspect.jacobian import jacobian_spectrum, step_jacobians
from seqmodels.inspect.watching import kept_gates
from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import InputError


@pytest.mark.parametrize("name", sorted(CELLS))
def test_steps_and_products_by_torchs_own_jacobian(name):
    torch.manual_seed(0)
    cell = CELLS[name](3, 4).double()
    x, lengths = torch.randn(2, 5, 3, dtype=torch.float64), torch.tensor([5, 5])
    run = cell.run(x, lengths)

    def states_after(flat, begin, end):
        """The state after step `end` of row 1, if that after step `begin` is `flat`."""
        state = tuple(flat.view(cell.parts, 1, 4))
        for step in range(begin + 1, end + 1):
            state = cell.step(x[1:, step], state).state
        return torch.cat(state, 1).flatten()

    flat = [torch.cat(step.state, 1)[1].detach() for step in run.steps]
    jacobian = torch.autograd.functional.jacobian
    steps = [jacobian(lambda s, t=t: states_after(s, t, t + 1), flat[t]).numpy() for t in range(4)]
    whole = [jacobian(lambda s, t=t: states_after(s, t, 4), flat[t]).numpy() for t in range(5)]
    np.testing.assert_allclose(step_jacobians(run, 1), steps, atol=1e-12)
    found = jacobian_spectrum(run, 1, count=3)
    np.testing.assert_allclose(found.steps, np.linalg.svd(steps, compute_uv=False)[:, :3], atol=1e-12)
    np.testing.assert_allclose(found.products, np.linalg.svd(whole, compute_uv=False)[:, :3], atol=1e-12)
    np.testing.assert_allclose(found.radii, [np.abs(np.linalg.eigvals(each)).max() for each in steps], atol=1e-12)
    np.testing.assert_array_equal(found.products[-1], [1, 1, 1])


def test_runs_of_an_encoder_that_reads_with_torchs_kernels():
    torch.manual_seed(0)
    encoder = RecurrentEncoder(3, 4, cell="lstm", layers=2, bidirectional=False)
    x = torch.randn(1, 6, 3)
    with kept_gates(encoder):
        encoder(x, torch.tensor([6]))
        found = jacobian_spectrum(encoder.runs[1])
    lower = CELLS["lstm"].from_torch(encoder.ahead[0]).run(x, torch.tensor([6]))
    upper = CELLS["lstm"].from_torch(encoder.ahead[1]).run(lower.output, torch.tensor([6]))
    np.testing.assert_allclose(found.products, jacobian_spectrum(upper).products, rtol=1e-4, atol=1e-7)


def test_steps_beyond_the_length_change_nothing():
    cell = CELLS["gru"](2, 3).double()
    x = torch.randn(1, 6, 2, dtype=torch.float64)
    padded, alone = (jacobian_spectrum(cell.run(x[:, :time], torch.tensor([4]))) for time in (6, 4))
    np.testing.assert_allclose(padded.products[:4], alone.products, atol=1e-14)
    np.testing.assert_array_equal(padded.products[4:], np.ones((2, 3)))


def test_a_row_of_one_step():
    cell = CELLS["rnn"](2, 3)
    found = jacobian_spectrum(cell.run(torch.randn(1, 1, 2), torch.tensor([1])))
    assert (found.steps.shape, found.radii.shape) == ((0, 3), (0,))
    np.testing.assert_array_equal(found.products, [[1, 1, 1]])


def test_a_product_that_overflows_is_infinite():
    cell = CELLS["relu"](1, 2).double()
    with torch.no_grad():
        cell.weight_ih.fill_(1.0)
        cell.weight_hh.copy_(torch.eye(2, dtype=torch.float64) * 1e100)
    x = torch.full((1, 5, 1), 1e-300, dtype=torch.float64)
    found = jacobian_spectrum(cell.run(x, torch.tensor([5])))
    assert np.isinf(found.products[0]).all()
    np.testing.assert_allclose(found.products[2], [1e200, 1e200])
    with pytest.raises(InputError, match="the states grow beyond all numbers"):
        jacobian_spectrum(cell.run(torch.ones(1, 8, 1).double(), torch.tensor([8])))


def test_runs_that_cannot_be_asked():
    cell, x = CELLS["rnn"](2, 3), torch.randn(1, 4, 2)
    run = cell.run(x, torch.tensor([4]))
    with pytest.raises(InputError, match="4 steps of 1 rows, and row 1 was asked for"):
        jacobian_spectrum(run, 1)
    with pytest.raises(InputError, match="0 steps"):
        jacobian_spectrum(cell.run(x[:, :0], torch.tensor([0])))
    with torch.no_grad(), pytest.raises(InputError, match="without gradients"):
        jacobian_spectrum(cell.run(x, torch.tensor([4])))
