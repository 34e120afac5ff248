"""Whether a model can be trained in the memory that there is; asked before any of it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.tasks.task import Task
from textprep.errors import ConfigError
from textprep.settings import flat, with_values

if TYPE_CHECKING:
    from seqmodels import Batches, InputSizes

NAMED = 3  # settings that a message names at most
SMALL = 100  # what a number is compared with if it is usually less: 0 leaves a thing out, or follows from the data


def check_memory(task: Task[Any, Any], sizes: InputSizes, labels: list[str], batches: Batches) -> None:
    """Raise ConfigError if the training of a task's model needs more memory than there is, by a rough estimate."""
    from seqmodels.training.devices import find_device
    from seqmodels.training.memory import free_bytes, training_bytes, without_memory

    outline = without_memory(lambda: task.model(sizes, labels))
    there = free_bytes(find_device(task.settings.training.device))
    if outline is None or there is None:
        return
    tokens = max((len(rows) * int(batches.lengths[rows].max()) for rows in batches.plan.epoch(0)), default=0)
    needed = training_bytes(outline, task.settings.training, tokens)
    if needed > there:
        lower = ", ".join(_large(task.settings)) or "data.batch_size or data.max_words"
        raise ConfigError(
            f"training needs some {needed / 1e9:,.0f} GB of memory, and {there / 1e9:,.1f} GB are free; lower {lower}"
        )


def _large(settings: Any) -> Sequence[str]:
    """The sizes that are above their defaults, the farthest first."""
    given = {name: value for name, value, _ in flat(settings)}
    kinds = {name: value for name, value in given.items() if name.endswith(".kind")}
    usual = {name: value for name, value, _ in flat(with_values(type(settings)(), kinds))}
    times = {
        name: value / max(usual[name], SMALL)
        for name, value in given.items()
        if type(value) is int and name.startswith(("data.", "model."))
    }
    above = [name for name in times if given[name] > max(usual[name], SMALL)]
    return sorted(above, key=lambda name: -times[name])[:NAMED]
