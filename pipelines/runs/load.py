"""`load`: a run folder, ready to use."""

from __future__ import annotations

import os

from pipelines.runs.folder import read_card
from pipelines.tasks.ner import NerRun
from pipelines.tasks.sentiment import SentimentRun
from textprep.errors import ArtifactError

RUNS: dict[str, type[NerRun | SentimentRun]] = {run.task: run for run in (NerRun, SentimentRun)}


def load(folder: str | os.PathLike[str]) -> NerRun | SentimentRun:
    """Read a run that `train_ner`, `train_sentiment` or `textmill train` has written.

    Raises:
        ArtifactError: The folder lacks a file, or one is damaged or comes from a later release.
    """
    card = read_card(folder)
    task = card.get("task")
    if task not in RUNS:
        raise ArtifactError(f"{os.fspath(folder)}: its task {task!r} is not known here; update textmill")
    return RUNS[task].load(folder, card)
