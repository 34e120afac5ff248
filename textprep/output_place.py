"""Whether an output can be written where it is wanted: asked before any time is spent, and before anything is replaced.

A file takes the place of an ordinary file that may be written to, and of nothing else. A folder takes the place of an
empty one, or of one that holds files of ours and nothing else: whatever else lies in it would be lost.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from textprep.errors import ConfigError

Ours: TypeAlias = Callable[[Path], Collection[str]]

_NAMED = 3  # files in a message


def check_output(out: str | os.PathLike[str], endings: Iterable[str], inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Raise ConfigError if `out` has none of the `endings`, is one of the inputs, or cannot be written."""
    path = Path(out)
    if path.suffix not in endings:
        raise ConfigError(f"{path}: the output's name must end in {', '.join(endings)}")
    if path.exists() and any(Path(file).exists() and path.samefile(file) for file in inputs):
        raise ConfigError(f"{path}: is an input too, which would be lost; give another output")
    check_file(path)


def check_file(path: Path) -> None:
    """Raise ConfigError if a file cannot be made at `path`, or takes the place of what is no ordinary file."""
    check_writable(path)
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise ConfigError(f"{path}: is a folder; name a file in it")
    if stat.S_ISLNK(mode):
        raise ConfigError(f"{path}: is a symbolic link, which would be replaced; name the file itself")
    if not stat.S_ISREG(mode):
        raise ConfigError(f"{path}: is a pipe or a device, not a file; give another output")
    if not mode & 0o222 or not os.access(path, os.W_OK):
        raise ConfigError(f"{path}: may not be written to; give another output, or allow it (chmod +w)")


def check_folder(path: Path, ours: Ours) -> None:
    """Raise ConfigError if a folder of ours cannot take the place of what is at `path`.

    Args:
        path: The folder.
        ours: Gives the names of the files in a folder that are of our making, with `/` below folders in it.
    """
    if path.is_symlink():
        raise ConfigError(f"{path}: is a symbolic link, which would be replaced; name the folder itself")
    check_writable(path)
    if not path.exists():
        return
    if not path.is_dir():
        raise ConfigError(f"{path}: exists and is not a folder; give another one")
    if path.resolve() in (here := Path.cwd().resolve(), *here.parents):
        raise ConfigError(f"{path}: is the folder that you are in, or above it; name a folder in it")
    if path.is_mount():
        raise ConfigError(f"{path}: a disk is mounted there, so it cannot be replaced; name a folder in it")
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK | os.X_OK):
        raise ConfigError(f"{path}: may not be written to; give another folder, or allow it (chmod +w)")
    if others := named_others(path, ours(path)):
        raise ConfigError(f"{path}: holds {others}, which would be lost; move that away, or give another folder")


def named_others(folder: Path, ours: Collection[str] = ()) -> str:
    """Some of the files in a folder that are none of `ours`, for a message; empty if there are none."""
    found = list(islice(_others(folder, ours), _NAMED + 1))
    return ", ".join(found[:_NAMED]) + (" and more" if len(found) > _NAMED else "")


def _others(folder: Path, ours: Collection[str]) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        links = [name for name in folders if Path(root, name).is_symlink()]
        for name in sorted([*files, *links]):
            file = Path(root, name).relative_to(folder).as_posix()
            if file not in ours:
                yield file
        if not folders and not files and Path(root) != folder:
            yield Path(root).relative_to(folder).as_posix() + "/"


def check_not_inside(folder: Path, inputs: Iterable[Any]) -> None:
    """Raise ConfigError if one of the inputs that are paths lies in a folder that is to be written."""
    whole = folder.resolve()
    for file in inputs:
        if isinstance(file, str | os.PathLike) and whole in Path(file).resolve().parents:
            raise ConfigError(
                f"{folder}: the input {os.fspath(file)} lies in it and would be lost; give another output"
            )


def check_writable(path: Path) -> None:
    """Raise ConfigError if a file or folder cannot be made at `path`; folders on the way there may be missing."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        raise ConfigError(f"{path}: {folder} is not a folder; give another output")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(f"{path}: the folder {folder} may not be written to; give another output")
