"""The checkpoint of a training run: a folder beside the run's, with its settings and its state.

It is there from the first step of a resumable training to the writing of its run folder.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from textprep.atomic import atomic_file
from textprep.errors import ConfigError
from textprep.settings import flat, from_toml, to_toml

OURS = re.compile(r"state|config\.toml|\.(state|config\.toml)\.\w{8}\.part|\.tmp\w{6}")  # safetensors makes the last
FREE = ("training.progress", "training.checkpoint_steps", "training.checkpoint_minutes")  # what may change meanwhile


class Checkpoint:
    """The place of a checkpoint: for the run folder `runs/ner`, `runs/ner.checkpoint`.

    Args:
        out: The run folder.
    """

    def __init__(self, out: str | os.PathLike[str]) -> None:
        self.folder = Path(out).with_name(Path(out).name + ".checkpoint")
        self.state = self.folder / "state"  # of `seqmodels.fit`
        self.config = self.folder / "config.toml"

    def begin(self, settings: Any) -> None:
        """Write the settings down, or see that they are those with which the run began.

        Raises:
            ConfigError: The run that stands here began with other settings, or the folder holds something else.
        """
        if self.folder.is_dir() and (others := [path.name for path in self._files() if not OURS.fullmatch(path.name)]):
            raise ConfigError(f"{self.folder}: holds {others[0]}, which is of no checkpoint; move it away")
        if self.state.exists() and self.config.is_file():
            began = {name: value for name, value, _ in flat(from_toml(type(settings)(), self.config))}
            now = {name: value for name, value, _ in flat(settings)}
            for name in sorted(began.keys() | now.keys()):
                was, wanted = began.get(name), now.get(name)
                if name not in FREE and was != wanted:
                    problem = f"the run began with {name} = {was!r}, not {wanted!r}"
                    raise ConfigError(f"{self.folder}: {problem}; take that again, or remove the folder")
        self.folder.mkdir(parents=True, exist_ok=True)
        with atomic_file(self.config) as part:
            part.write_text(to_toml(settings), encoding="utf-8")

    def remove(self) -> None:
        """Remove our files, and the folder if nothing else is in it: the run is whole."""
        for file in self._files():
            if OURS.fullmatch(file.name):
                file.unlink()
        if not self._files():
            self.folder.rmdir()

    def _files(self) -> list[Path]:
        return sorted(self.folder.iterdir())
