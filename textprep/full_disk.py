"""A full disk, said with the name of the output that it has no room for."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


@contextmanager
def room_for(target: Path) -> Iterator[None]:
    """Give the OSError of a full disk, of a quota or of a disk that cannot be written the name of the output."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(target)) from error


def is_full(error: OSError) -> bool:
    """Whether it is no fault of the path that was given, but of the room there is."""
    return error.errno in _NO_ROOM
