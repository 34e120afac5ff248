"""When a run's state is written, and whether a checkpoint is one of this run: the same settings, model and data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seqmodels.training.checkpoint_file import read_checkpoint, remove_checkpoint, write_checkpoint
from seqmodels.training.checksum import checksum
from seqmodels.training.devices import Devices
from seqmodels.training.protocols import EpochBatches
from seqmodels.training.random_states import random_states, set_random_states
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.state import OWN, TrainingState
from textprep.errors import ArtifactError, ConfigError

FREE = ("progress", "checkpoint_steps", "checkpoint_minutes")  # settings that may change from one part to the next
SAME = "resume with what it began with, or train without resume"


class Checkpoints:
    """The checkpoint of one run.

    Args:
        path: Where it stands; None writes none.
        state: Of the run at its beginning.
        batches: The training data.
        settings: How it is trained.
        devices: Where.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        state: TrainingState,
        batches: EpochBatches,
        settings: TrainingSettings,
        devices: Devices,
    ) -> None:
        self.path = None if path is None else Path(path)
        self.state, self.devices = state, devices
        self.steps, self.seconds = settings.checkpoint_steps, settings.checkpoint_minutes * 60
        self.written = 0.0  # seconds of the run at the last writing
        self.run = {} if path is None else _identity(state, batches, settings, devices)

    def resume(self) -> None:
        """Bring the state to where the checkpoint was written, if there is one.

        Raises:
            ArtifactError: The file is damaged, or of another model or other data.
            ConfigError: It was written with other settings.
        """
        if self.path is None or not self.path.exists():
            return
        saved = read_checkpoint(self.path)
        try:
            _check_identity(self.path, saved["of"], self.run)
            own = saved["own"][self.devices.index]
            carried = own["carried"] and [part.to(self.devices.device) for part in own["carried"]]
            self.state.load_state_dict(saved["state"] | own | {"carried": carried})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ArtifactError(f"{self.path}: damaged ({error!r}); train without resume") from None
        self.written = self.state.seconds

    def begin(self) -> None:
        """Remove what an earlier run has left, so that it cannot be taken for this run's."""
        if self.path is not None and self.devices.index == 0:
            remove_checkpoint(self.path)

    def after_step(self) -> None:
        """Write the state if its steps or minutes are over."""
        if self.path is None:
            return
        late = 0 < self.seconds <= self.state.seconds - self.written
        if late or (self.steps and self.state.step % self.steps == 0):
            self.write()

    def write(self) -> None:
        """Write the state."""
        if self.path is None:
            return
        state = self.state.state_dict()
        own = self.devices.gather({name: state.pop(name) for name in OWN})
        saved = {"of": self.run, "own": own, "state": state}
        if self.devices.index == 0:
            write_checkpoint(self.path, saved)
        self.written = self.state.seconds


def _identity(
    state: TrainingState, batches: EpochBatches, settings: TrainingSettings, devices: Devices
) -> dict[str, Any]:
    """What must be alike for a run to go on; kept in the checkpoint."""
    assert state.weights is not None and state.optimizer is not None
    before = random_states()
    first = checksum(next(iter(batches.epoch(0)), None))
    set_random_states(before)
    return {
        "settings": {name: value for name, value in asdict(settings).items() if name not in FREE},
        "processes": devices.processes,
        "weights": {name: [str(w.dtype), *w.shape] for name, w in state.weights.state_dict().items()},
        "constant": state.weights.constant,
        "groups": [
            [len(group["params"]), group["factor"], group["weight_decay"]] for group in state.optimizer.param_groups
        ],
        "data": [len(batches), first],
    }


def _check_identity(path: Path, saved: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    for name, value in own["settings"].items():
        if (was := saved["settings"].get(name)) != value:
            raise ConfigError(f"{path}: the run began with {name} = {was!r}, not {value!r}; {SAME}")
    if saved["processes"] != own["processes"]:
        raise ConfigError(f"{path}: the run began with {saved['processes']} processes, not {own['processes']}; {SAME}")
    for part in ("weights", "constant"):
        was, now = saved[part], own[part]
        for name in sorted(was.keys() | now.keys()):
            if was.get(name) != now.get(name):
                raise ArtifactError(f"{path}: the run's model was another one, {name} differs; {SAME}")
    if saved["groups"] != own["groups"]:
        raise ArtifactError(f"{path}: the run had other groups of parameters; {SAME}")
    if saved["data"] != own["data"]:
        raise ArtifactError(f"{path}: the run had other training data; {SAME}")
