"""How a Transformer's positions look: what it adds to its input, to its scores, or by what it turns its queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.plan import check_at_least_one
from seqmodels.layers.key_value_cache import first_slots
from seqmodels.layers.positions import POSITIONS, Positions
from seqmodels.layers.transformer import TransformerEncoder
from seqmodels.layers.transformer_decoder import TransformerDecoder
from textprep.errors import ConfigError


@dataclass(frozen=True)
class PositionMap:
    """What a model's positions do at its first places."""

    kind: str
    """The name of the positions, as in the settings."""
    acts_on: Literal["input", "scores", "queries"]
    """Whether `values` are added to the input, are added to the scores, or are the angles of the queries' and keys'
    pairs of features."""
    values: NDArray[np.float32]
    """input: (1, places, features); scores: (heads, places that look, places looked at); queries: (1, places, pairs),
    radians from -pi to pi."""


@torch.no_grad()
def position_map(model: TransformerEncoder | TransformerDecoder, places: int) -> PositionMap:
    """The positions of the first `places`.

    Raises:
        ConfigError: The model has none, or `places` is below 1.
        InputError: There are more places than the context of learned positions.
    """
    check_at_least_one(places=places)
    positions: Positions = model.entrance.positions
    kind = str(POSITIONS.name_of(type(positions)))
    device = next(model.parameters()).device
    slots = first_slots(torch.tensor([places], device=device), places)
    if (bias := positions.bias(slots)) is not None:
        return PositionMap(kind, "scores", bias[0].float().cpu().numpy())
    if (rotation := positions.rotation(slots)) is not None:
        return PositionMap(kind, "queries", rotation.angle().transpose(1, 2)[0].cpu().numpy())
    if kind == "none":
        raise ConfigError("this model has no positions; a model with positions = none has nothing to show of them")
    added = positions(torch.zeros(1, places, model.output_size, device=device), slots)
    return PositionMap(kind, "input", added.float().cpu().numpy())
