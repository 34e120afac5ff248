"""How a change of a recurrent layer's state spreads along a sequence: the singular values of its Jacobians.

    J_t = d s_t / d s_(t-1)        of one step
    J_T ... J_(t+1) = d s_T / d s_t    of all that follow step t

By the latter a gradient is multiplied on its way from the last step T back to step t. With the largest singular values
of the steps below 1 it vanishes (Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks",
2013); the largest absolute eigenvalue of a step says what repeating that very step would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.cells.cell import Run
from textprep.errors import InputError


@dataclass(frozen=True)
class JacobianSpectrum:
    """The largest singular values of the Jacobians of one row's states, S numbers each: with LSTMs the memory too.

    The products are worked out in double precision: values below some 1e-15 of the largest of the same product are
    rounding, and those of a product that is too large for it are infinite.
    """

    steps: NDArray[np.float64]  # (time - 1, count), of J_2 to J_T, falling
    products: NDArray[np.float64]  # (time, count), of d s_T / d s_t for t = 1 to T, falling; the last is all ones
    radii: NDArray[np.float64]  # (time - 1,), the largest absolute eigenvalue of each step


def jacobian_spectrum(run: Run, row: int = 0, count: int = 8) -> JacobianSpectrum:
    """The spectrum along one row of what a cell has read, with gradients recorded.

    Args:
        run: From `Cell.run`, or from the `runs` of an encoder with `keep_gates`, as `kept_gates` sets it.
        row: Which row. Steps beyond its length keep its state, and count as the identity.
        count: Singular values that are given at most.

    Raises:
        InputError: The run has no such row or no step, was made without gradients, or its states are not finite.
    """
    jacobians = step_jacobians(run, row)  # (time - 1, S, S)
    product = np.eye(jacobians.shape[1])
    products = [product]
    with np.errstate(over="ignore", invalid="ignore"):
        for jacobian in jacobians[::-1]:
            product = product @ jacobian
            products.append(product)
    radii = np.abs(np.linalg.eigvals(jacobians)).max(1).astype(np.float64)
    return JacobianSpectrum(_largest(jacobians, count), _largest(np.stack(products[::-1]), count), radii)


def step_jacobians(run: Run, row: int = 0) -> NDArray[np.float64]:
    """The Jacobian of each step but the first, d s_t / d s_(t-1), of one row: (time - 1, S, S).

    A state s is the hidden state, and with LSTMs behind it the memory.

    Raises:
        InputError: As `jacobian_spectrum`.
    """
    states = [step.state for step in run.steps]
    if not states or not 0 <= row < len(states[0][0]):
        rows = len(states[0][0]) if states else 0
        raise InputError(f"the run has {len(states)} steps of {rows} rows, and row {row} was asked for")
    if not states[-1][0].requires_grad:
        raise InputError("the run was made without gradients", remedy="read with torch.enable_grad()")
    if not all(bool(part[row].isfinite().all()) for state in states for part in state):
        raise InputError("the states grow beyond all numbers on the way", remedy="give a shorter sequence")
    size = sum(part.shape[1] for part in states[0])
    found = [_jacobian(before, after, row) for before, after in zip(states[:-1], states[1:], strict=True)]
    return np.stack(found) if found else np.zeros((0, size, size))


def _jacobian(before: tuple[torch.Tensor, ...], after: tuple[torch.Tensor, ...], row: int) -> NDArray[np.float64]:
    """d after / d before, (S, S), by one backward pass for all numbers of `after` at once."""
    blocks = _blocks(torch.cat([part[row] for part in after]), before, row)  # (S, hidden) each
    if len(before) == 2:  # the hidden state was made of the memory: what comes that way is not the memory's own
        (through,) = _blocks(before[0][row], before[1:], row)  # (hidden, hidden)
        blocks[1] -= blocks[0] @ through
    return torch.cat(blocks, 1).cpu().numpy()


def _blocks(wanted: torch.Tensor, parts: Sequence[torch.Tensor], row: int) -> list[torch.Tensor]:
    """What `wanted` (n,) owes to one row of each part (batch, hidden), by all ways: derivatives (n, hidden)."""
    each = torch.eye(len(wanted), dtype=wanted.dtype, device=wanted.device)
    gradients = torch.autograd.grad(
        wanted, parts, each, retain_graph=True, is_grads_batched=True, allow_unused=True, materialize_grads=True
    )
    return [gradient[:, row].double() for gradient in gradients]


def _largest(matrices: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The largest singular values of each matrix (n, S, S), falling: (n, count)."""
    values = np.full((len(matrices), min(count, matrices.shape[1])), np.inf)
    finite = np.isfinite(matrices).all((1, 2))
    values[finite] = np.linalg.svd(matrices[finite], compute_uv=False)[:, :count]
    return values
