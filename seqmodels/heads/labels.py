"""Which targets count, and whether they are labels that there are."""

from __future__ import annotations

import torch

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.layers.mask import token_mask
from textprep.errors import InputError


def counted_targets(targets: torch.Tensor, lengths: torch.Tensor, labels: int) -> torch.Tensor:
    """True for the targets (batch, time) that lie within `lengths` (batch,) and are not `IGNORED`: (batch, time).

    Raises:
        InputError: One of them is none of 0..labels - 1.
    """
    counted = token_mask(lengths, targets.shape[1]) & (targets != IGNORED)
    check_labels(targets, labels, counted)
    return counted


def check_labels(targets: torch.Tensor, labels: int, counted: torch.Tensor | None = None) -> None:
    """Raise InputError, which names the place, for a target that is none of 0..labels - 1.

    Args:
        targets: Any shape.
        labels: How many there are.
        counted: False where it does not matter what stands there, in the shape of the targets; all matter if None.
    """
    wrong = (targets < 0) | (targets >= labels)
    if counted is not None:
        wrong &= counted
    if bool(wrong.any()):
        place = wrong.nonzero()[0].tolist()
        where = ", ".join(f"{name} {at}" for name, at in zip(("row", "step"), place, strict=False))
        raise InputError(
            f"target {int(targets[tuple(place)])} at {where} of the batch is none of the {labels} labels",
            remedy=f"give labels 0 to {labels - 1}, or build the model for more of them",
        )
