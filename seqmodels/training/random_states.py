"""The states of all random numbers that a training may draw, as tensors: torch's, numpy's and Python's own."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch


def random_states() -> dict[str, Any]:
    """The states of the global generators as they are now."""
    _, keys, *position = np.random.get_state()
    version, words, gauss = random.getstate()
    states: dict[str, Any] = {
        "torch": torch.get_rng_state(),
        "numpy": {"keys": torch.from_numpy(np.asarray(keys).astype(np.int64)), "position": position},
        "python": {"version": version, "words": torch.tensor(words), "gauss": gauss},
    }
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state_all()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def set_random_states(states: Mapping[str, Any]) -> None:
    """Go on with the random numbers from where `random_states` was called."""
    torch.set_rng_state(states["torch"])
    numpy, python = states["numpy"], states["python"]
    np.random.set_state(("MT19937", numpy["keys"].numpy().astype(np.uint32), *numpy["position"]))
    random.setstate((python["version"], tuple(python["words"].tolist()), python["gauss"]))
    if "cuda" in states:
        torch.cuda.set_rng_state_all(states["cuda"])
    if "mps" in states:
        torch.mps.set_rng_state(states["mps"])
