"""`report.md`: what a run was trained on, with which settings, how well it does, and with which versions."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from textprep.settings import flat

if TYPE_CHECKING:
    from seqmodels import TrainingState

ENDED = {
    "epochs": "All epochs were run.",
    "steps": "It had as many steps as `training.steps` says.",
    "patience": "It ended early, because no epoch had been better for as many as `training.patience` says.",
    "minutes": "Time ran out: `training.minutes` ended it before all epochs were run.",
    "hook": "A hook ended it.",
}
LIBRARIES = ("textmill", "torch", "numpy", "pyarrow", "numba")


def report(task: str, facts: Mapping[str, str], state: TrainingState, settings: Any, scores: Mapping[str, Any]) -> str:
    """The report as Markdown.

    Args:
        task: The name of the task.
        facts: About the data.
        state: The final state of the training.
        settings: All settings.
        scores: On the development data, with the chosen epoch's weights.
    """
    lines = [f"# A {task} run", "", "## Data", ""]
    lines += [f"- {name}: {_indented(fact)}" for name, fact in facts.items()]
    chosen = f"epoch {state.best_epoch + 1} of {len(state.records)}"
    lines += ["", "## Scores on the development data", "", f"With the weights of {chosen}, the best one.", ""]
    lines += [f"- {name}: {_number(value)}" for name, value in scores.items() if isinstance(value, int | float | str)]
    lines += [f"- note: {note}" for note in scores.get("notes", ())]
    for groups in (value for value in scores.values() if isinstance(value, Mapping)):
        lines += ["", *_table([{"": name, **row} for name, row in groups.items()])]
    lines += ["", "## Epochs", "", *_table(state.records)]
    lines += ["", ENDED[state.ended]] if state.ended else []
    lines += ["", "## Settings", ""]
    lines += [f"- {name} = {value!r}" for name, value, _ in flat(settings)]
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    lines += ["", "## Versions", "", f"Python {platform.python_version()}, {versions}, on {machine}."]
    return "\n".join(lines) + "\n"


def _table(rows: list[Any]) -> list[str]:
    names = list(rows[0]) if rows else []
    body = [[_number(row.get(name, "")) for name in names] for row in rows]
    return ["| " + " | ".join(cells) + " |" for cells in (names, ["---"] * len(names), *body)]


def _number(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
