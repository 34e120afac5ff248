"""A line an epoch on standard error, for whoever waits in front of a terminal."""

from __future__ import annotations

import sys

from torch import nn

from seqmodels import Hook, TrainingState


class EpochLines(Hook):
    """Prints the loss, the scores and the time after each epoch."""

    def on_epoch(self, model: nn.Module, state: TrainingState, record: dict[str, float]) -> None:
        """Print the line."""
        names = list(record)
        scores = names[names.index("seconds") + 1 :]
        shown = ", ".join(f"{name} {record[name]:.4f}" for name in scores)
        line = f"epoch {state.epoch + 1}: loss {record['loss']:.4f}, {shown} ({record['seconds']:.0f} s)"
        print(line, file=sys.stderr, flush=True)
