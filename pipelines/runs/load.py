"""`load`: a run folder, ready to use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pipelines.runs.card import read_card
from pipelines.runs.folder import load_parts
from pipelines.runs.run import Run
from pipelines.tasks.task import TASKS
from textprep.errors import ArtifactError


def load(folder: str | os.PathLike[str], settings: Mapping[str, Any] | None = None) -> Run[Any]:
    """Read a run that `train` or `textmill train` has written.

    Args:
        folder: The run folder.
        settings: Settings in place of the run's own, by key: `{"device": "cpu", "threads": 2, "encoding": "latin-1"}`.

    Raises:
        ArtifactError: The folder lacks a file, or one is damaged or comes from a later release.
        ConfigError: One of the settings cannot be used.
    """
    card = read_card(folder)
    task = card["task"]
    if task not in TASKS:
        remedy = "import the module that registers it, or update textmill"
        raise ArtifactError(f"{os.fspath(folder)}: its task {task!r} is not known here; {remedy}")
    kind = TASKS[task]
    parts = load_parts(folder, card, kind, settings or {})
    return kind.run_class(kind(parts.settings), parts)
