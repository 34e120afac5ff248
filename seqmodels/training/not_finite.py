"""What becomes of a step whose loss or gradient is not finite: it ends the run, or it is left out."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import chain
from typing import Any

from seqmodels.training.devices import Devices
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.state import TrainingState
from textprep.errors import InputWarning, TextmillError

NAMED = 8  # rows that a message names at most


def leave_out(
    batches: Sequence[Any],
    loss: float,
    norm: float,
    state: TrainingState,
    settings: TrainingSettings,
    devices: Devices,
) -> None:
    """Count the batches of a step as left out, with a warning that names them.

    What was carried is forgotten: it may have come from the same numbers.

    Raises:
        TextmillError: As many steps in a row as the settings allow have been left out before.
    """
    rows = list(chain.from_iterable(devices.gather([row for batch in batches for row in _rows(batch)])))
    problem = (
        f"the loss is {loss} and the gradient's norm {norm} at step {state.step} "
        f"(epoch {state.epoch + 1}, batch {state.batch + 1}{_named(rows)})"
    )
    if state.skipped_in_row >= settings.skip_not_finite:
        before = f", after {state.skipped_in_row} others that were left out" if state.skipped_in_row else ""
        raise TextmillError(f"{problem}{before}; lower learning_rate or clip_norm, or lengthen warmup_steps")
    if state.is_main:
        warnings.warn(f"{problem}; it is left out", InputWarning, stacklevel=3)
    state.batch += 1
    state.skipped += 1
    state.skipped_in_row += 1
    state.carried = None


def _rows(batch: Any) -> list[int]:
    """Where the rows of a batch stand in the training data, if the batch tells."""
    rows = getattr(batch, "rows", None)
    return [] if rows is None else rows.tolist()


def _named(rows: list[int]) -> str:
    more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    return f": rows {', '.join(map(str, rows[:NAMED]))}{more} of the training data" if rows else ""
