"""Whether an output can be written where it is wanted: asked before any time is spent."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from textprep.errors import ConfigError


def check_output(out: str | os.PathLike[str], endings: Iterable[str], inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Raise ConfigError if `out` has none of the `endings`, is a folder or one of the inputs, or cannot be written."""
    path = Path(out)
    if path.suffix not in endings:
        raise ConfigError(f"{path}: the output's name must end in {', '.join(endings)}")
    if path.is_dir():
        raise ConfigError(f"{path}: is a folder; name a file in it")
    if path.exists() and any(Path(file).exists() and path.samefile(file) for file in inputs):
        raise ConfigError(f"{path}: is an input too, which would be lost; give another output")
    check_writable(path)


def check_writable(path: Path) -> None:
    """Raise ConfigError if a file or folder cannot be made at `path`; folders on the way there may be missing."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        raise ConfigError(f"{path}: {folder} is not a folder; give another output")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(f"{path}: the folder {folder} may not be written to; give another output")
