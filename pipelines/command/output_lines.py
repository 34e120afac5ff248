"""Where a command writes its lines: a file that appears whole or not at all, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def output_lines(out: Path | None) -> Iterator[IO[str]]:
    """What lines are written to: the file `out`, in UTF-8, or standard output if there is none."""
    if out is None:
        yield sys.stdout
        return
    from textprep.atomic import atomic_file

    with atomic_file(out) as part, part.open("w", encoding="utf-8") as lines:
        yield lines
