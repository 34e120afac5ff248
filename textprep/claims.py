"""What is being written, and by whom: unfinished files and folders beside their targets, and folders claimed by one.

Something unfinished has a hidden name, `.NAME.xxxxxxxx.part`. Its process holds the operating system's lock (flock) on
it, or on the claim of the folder that it is to become, `.NAME.claim`, for as long as it lives. A lock ends with its
process, on whatever machine of a network it runs. So what is not locked was left by a process that was killed, and the
next one that writes the same target clears it away. On a file system without locks nothing is cleared away.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from textprep.errors import ConfigError
from textprep.full_disk import is_full, room_for
from textprep.output_place import check_writable

try:
    import fcntl
except ImportError:  # no such locks on this system
    fcntl = None  # type: ignore[assignment]

_unfinished: set[Path] = set()
_claimed: dict[Path, int] = {}  # folders, and the threads that have claimed them


def remove_unfinished() -> None:
    """Remove all that this process has not finished, for one that is about to end without leaving its blocks."""
    for path in list(_unfinished):
        _remove(path)


@contextmanager
def parents_of(target: Path) -> Iterator[None]:
    """Make the folders on the way to `target`; if the block fails, remove those that are still empty."""
    missing = [folder for folder in target.absolute().parents if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def part_file(target: Path) -> Iterator[Path]:
    """Yield a new file beside `target`, locked, which is removed at the end if it is still there."""
    remove_left(target)
    part = beside(target, "part")
    handle = None
    _unfinished.add(part)
    try:
        handle = _made_and_locked(part, 0o600)
        yield part
    finally:
        _remove(part)
        if handle is not None:
            os.close(handle)


@contextmanager
def part_folder(target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target`, which is removed at the end if it is still there; claim `target` first."""
    part = beside(target, "part")
    _unfinished.add(part)
    try:
        part.mkdir(0o700)
        yield part
    finally:
        _remove(part)


@contextmanager
def claim(target: str | os.PathLike[str]) -> Iterator[None]:
    """Let nobody else write the folder `target` meanwhile, and put right what a killed process has left of it.

    The thread that has claimed a folder may claim it again. If the block fails, nothing is left.

    Raises:
        ConfigError: Another process or thread is writing it, or it cannot be written.
        OSError: There is no room; it names `target`.
    """
    target = Path(target).absolute()
    if _claimed.get(target) == threading.get_ident():
        yield
        return
    check_writable(target)
    path = target.with_name(f".{target.name}.claim")
    with parents_of(target):
        try:
            with room_for(target):
                handle = _claimed_by_us(path, target)
        except OSError as error:
            if is_full(error):
                raise
            raise ConfigError(f"{target}: cannot be written ({error.strerror}); give another output") from error
        _unfinished.add(path)
        try:
            _claimed[target] = threading.get_ident()
            if handle is not None:
                _put_right(target)
            yield
        finally:
            _claimed.pop(target, None)
            _remove(path)  # while it is locked, so that nobody's claim but ours is removed
            if handle is not None:
                os.close(handle)


def remove_left(target: Path) -> None:
    """Remove unfinished files of `target` whose process has gone."""
    for path in _left(target, "part"):
        if path.is_file():
            with suppress(OSError):  # it has just gone, or belongs to somebody else
                handle = os.open(path, os.O_RDWR)
                try:
                    if _lock(handle):
                        path.unlink()
                finally:
                    os.close(handle)


def beside(target: Path, ending: str) -> Path:
    """A new hidden name in the folder of `target`."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.{ending}")


def _left(target: Path, ending: str) -> list[Path]:
    """What has a name that `beside` gives."""
    name = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-z_]{{8}}\.{ending}")
    try:
        with os.scandir(target.parent) as entries:
            return [Path(entry.path) for entry in entries if name.fullmatch(entry.name) and not entry.is_symlink()]
    except PermissionError:  # a folder that may be written to and not be listed
        return []


def _put_right(target: Path) -> None:
    """Finish the replacement of a folder of which we hold the claim: see `textprep.atomic`."""
    for old in filter(Path.is_dir, _left(target, "old")):
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.replace(target)
    for part in filter(Path.is_dir, _left(target, "part")):
        shutil.rmtree(part, ignore_errors=True)


def _claimed_by_us(path: Path, target: Path) -> int | None:
    """Make the file of a claim, lock it, and write down whose it is; None if there are no locks."""
    try:
        handle = _made_and_locked(path, 0o666)
    except BlockingIOError:
        with suppress(OSError):  # it has just gone
            owner = path.read_text(encoding="utf-8", errors="replace")
            raise ConfigError(f"{target}: {owner or 'another process'} is writing it; wait") from None
        raise ConfigError(f"{target}: another process was writing it; try again") from None
    if handle is not None:
        os.truncate(handle, 0)
        with suppress(OSError):  # on a full disk it has no name, and holds all the same
            os.write(handle, f"process {os.getpid()} on {os.uname().nodename}".encode())
    return handle


def _made_and_locked(path: Path, mode: int) -> int | None:
    """Make a file and lock it for this process; None if there are no locks.

    Raises:
        BlockingIOError: Another process has locked it.
    """
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, mode)
        locked = _lock(handle)
        if locked and _is_at(handle, path):
            return handle
        os.close(handle)
        if locked is None:
            return None
        if not locked:
            raise BlockingIOError
        # the one who had it has just removed it: once more


def _lock(handle: int) -> bool | None:
    """Lock an open file for this process: whether nobody else has; None if the file system has no locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_at(handle: int, path: Path) -> bool:
    """Whether an open file still has this name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    _unfinished.discard(path)
