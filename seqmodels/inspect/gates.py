"""What the gates of recurrent layers do, token by token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.cells.lstm import forget_learn_remember_use
from seqmodels.inspect.token_labels import check_steps
from seqmodels.inspect.watching import kept_gates, named_runs
from textprep.errors import ConfigError


@dataclass(frozen=True)
class GateMap:
    """The gates of one layer in one direction, for the tokens of one row in their order."""

    layer: str
    tokens: list[str]
    gates: dict[str, NDArray[np.float32]]  # (tokens, units) each


def gate_maps(
    model: nn.Module, read: Callable[[], Any], tokens: Sequence[str], *, row: int = 0, retold: bool = False
) -> list[GateMap]:
    """The gates of all recurrent layers of a model, while it reads.

    Args:
        model: The model; none of its layers need be recurrent.
        read: Has it read a batch: `lambda: model(batch)`.
        tokens: Those of the row.
        row: Which row of the batch.
        retold: Whether the gates are those that are called forget, learn, remember and use where an LSTM is told as
            long-term and short-term memory, see `forget_learn_remember_use`; else they are `Cell.gates`.

    Raises:
        InputError: The row has not as many tokens.
        ConfigError: A layer is to be retold that is no LSTM.
    """
    maps = []
    with kept_gates(model), torch.no_grad():
        read()
        for name, run, _ in named_runs(model):
            check_steps(run.output, row, len(tokens), name)
            if retold and "memory" not in run.gates:
                raise ConfigError(f"{name} is no LSTM, and has no gates that forget and remember; leave out retold")
            gates = forget_learn_remember_use(run) if retold else run.gates
            shown = {gate: values[row, : len(tokens)].float().cpu().numpy() for gate, values in gates.items()}
            maps.append(GateMap(name, list(tokens), shown))
    return maps
