"""The three streams that a program expects to be open: what is closed (`<&-`, `>&-`) is held by /dev/null.

Otherwise the next file that is opened gets the number of the closed stream, and whatever a library writes to standard
error stands in the middle of the user's output.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def hold_standard_streams() -> None:
    """Open /dev/null in the place of each closed stream.

    `sys.stdin` stays None if it was closed, so that who asks for it learns that there is none.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
