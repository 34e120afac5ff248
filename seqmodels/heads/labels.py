"""Whether targets are labels that there are."""

from __future__ import annotations

import torch

from textprep.errors import InputError


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
