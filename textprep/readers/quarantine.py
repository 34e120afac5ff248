"""Bad rows set aside in a JSON Lines file, to be looked at, corrected and read again."""

from __future__ import annotations

import base64
import json
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO

from textprep.atomic import atomic_file
from textprep.claims import remove_left
from textprep.readers.bad_row import BadRow
from textprep.readers.encoding import utf8_fault


class Quarantine:
    """A function for `on_bad_row` that writes what it gets to a file: `with Quarantine("bad.jsonl") as bad: ...`.

    Each line holds `file`, `line`, `reason` and `raw`, the row itself. Where the row is not UTF-8, its bytes stand
    in `raw` as escapes (`\\xff`) and exactly in `base64`. The file appears when the block ends well, and only if
    there was a bad row; if there was none, one from an earlier run is removed.

    Attributes:
        path: The file.
        count: How many bad rows there have been.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.count = 0
        self._open = ExitStack()
        self._out: IO[str] | None = None

    def __call__(self, row: BadRow) -> None:
        """Set `row` aside."""
        if self._out is None:
            part = self._open.enter_context(atomic_file(self.path))
            self._out = self._open.enter_context(part.open("w", encoding="utf-8", errors="backslashreplace"))
        raw = row.raw.decode("utf-8", "backslashreplace")
        record: dict[str, object] = {"file": row.file, "line": row.line, "reason": row.reason, "raw": raw}
        if utf8_fault(row.raw):
            record["base64"] = base64.b64encode(row.raw).decode()
        self._out.write(json.dumps(record, ensure_ascii=False) + "\n")
        self.count += 1

    def __enter__(self) -> Quarantine:
        remove_left(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)
        if kind is None and not self.count:
            self.path.unlink(missing_ok=True)
