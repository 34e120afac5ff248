"""Files and folders that appear whole or not at all: written beside their target, then renamed into place.

A target that is something else than an ordinary file or a folder of ours (`output_place.py`) is never replaced, and
what a killed process has left beside it is cleared away (`claims.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from textprep.claims import beside, claim, parents_of, part_file, part_folder
from textprep.exchange import exchange
from textprep.full_disk import room_for
from textprep.output_place import Ours, check_file, check_folder


@contextmanager
def atomic_file(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a path to write to; it becomes `target` if the block ends well and vanishes if it does not.

    Raises:
        ConfigError: `target` is a folder, a link, a pipe or a device, or may not be written to.
        OSError: There is no room; it names `target`.
    """
    target = Path(target)
    check_file(target)
    with parents_of(target), part_file(target) as part, room_for(target):
        yield part
        part.chmod(0o666 & ~_umask())
        part.replace(target)


@contextmanager
def atomic_folder(target: str | os.PathLike[str], ours: Ours) -> Iterator[Path]:
    """Yield an empty folder to fill; it becomes `target` if the block ends well, in the place of an older one of ours.

    Whoever opens `target` meanwhile finds the old folder or the new one, whole. Where the system cannot let two
    folders change places, there is a moment without either; if the process is killed in it, the old one comes back
    when `target` is next claimed.

    Args:
        target: The folder.
        ours: The names of files in `target` that may be replaced, see `check_folder`.

    Raises:
        ConfigError: `target` holds other files, is no folder, cannot be written, or is being written by another
            process.
        OSError: There is no room; it names `target`.
    """
    target = Path(target)
    check_folder(target, ours)
    with parents_of(target), claim(target), part_folder(target) as part, room_for(target):
        yield part
        part.chmod(0o777 & ~_umask())
        check_folder(target, ours)  # other files may have come meanwhile
        _put_in_place(part, target)


def _put_in_place(part: Path, target: Path) -> None:
    if not target.exists():
        part.replace(target)
    elif not exchange(part, target):
        old = beside(target, "old")
        target.replace(old)
        try:
            part.replace(target)
        except BaseException:
            if not target.exists():
                old.replace(target)
            raise
        shutil.rmtree(old)


def _umask() -> int:
    """What the process takes away from the permissions of new files."""
    status = Path("/proc/self/status")  # reading it there leaves it alone while other threads make files
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    return _UMASK


def _umask_by_setting_it() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


_UMASK = _umask_by_setting_it()  # at import, when few threads run; where the system does not tell
