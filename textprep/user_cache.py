"""The folder where things that can be made again are kept between runs, and a lock for whoever makes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from textprep.errors import ConfigError


def cache_folder() -> Path:
    """`TEXTMILL_CACHE` from the environment, else the platform's folder for a user's caches."""
    if chosen := os.environ.get("TEXTMILL_CACHE"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("textmill", appauthor=False))


@contextmanager
def alone(target: Path, remedy: str = "set TEXTMILL_CACHE to a folder that can be written") -> Iterator[None]:
    """Let one process or thread at a time make `target`; the operating system ends the lock with its process.

    Args:
        target: The file or folder to be made; the lock is a hidden file beside it.
        remedy: What the user can do if the folder it is to stand in cannot be written to.

    Raises:
        ConfigError: The folder of `target` cannot be written to.
    """
    from filelock import FileLock

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.parent / f".{target.name}.lock")
        lock.acquire()
    except OSError as error:
        raise ConfigError(f"cannot write to the cache folder {target.parent} ({error.strerror}); {remedy}") from error
    try:
        yield
    finally:
        lock.release()
