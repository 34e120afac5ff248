"""Whether a model can be trained in the memory that there is: asked before any is taken, and said if it ran out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipelines.tasks.task import Prepared, Task
from textprep.errors import ConfigError
from textprep.settings import flat, with_values

NAMED = 3  # settings that a message names at most
SMALL = 100  # what a number is compared with if it is usually less: 0 leaves a thing out, or follows from the data


def check_memory(task: Task[Any, Any], prepared: Prepared, labels: list[str]) -> None:
    """Raise ConfigError if the training of a task's model needs more memory than there is, by a rough estimate."""
    from seqmodels.training.devices import find_device
    from seqmodels.training.memory import free_bytes, training_bytes, without_memory

    outline = without_memory(lambda: task.model(prepared.sizes, labels))
    there = free_bytes(find_device(task.settings.training.device))
    if outline is None or there is None:
        return
    needed = training_bytes(outline, task.settings.training, prepared.largest)
    if needed > there:
        problem = f"training needs some {needed / 1e9:,.0f} GB of memory, and {there / 1e9:,.1f} GB are free"
        raise ConfigError(f"{problem}; lower {_large(task.settings)}")


@contextmanager
def memory_watched(settings: Any) -> Iterator[None]:
    """Within the block, memory that runs out is a ConfigError that says which settings to lower."""
    from seqmodels.training.memory import is_out_of_memory

    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise ConfigError(f"the memory ran out while training; lower {_large(settings)}") from None


def _large(settings: Any) -> str:
    """The sizes that are above their defaults, the farthest first; or what the data make large."""
    given = {name: value for name, value, _ in flat(settings)}
    kinds = {name: value for name, value in given.items() if name.endswith(".kind")}
    usual = {name: value for name, value, _ in flat(with_values(type(settings)(), kinds))}
    times = {
        name: value / max(usual[name], SMALL)
        for name, value in given.items()
        if type(value) is int and name.startswith(("data.", "model."))
    }
    above = sorted((name for name in times if given[name] > max(usual[name], SMALL)), key=lambda name: -times[name])
    return ", ".join(above[:NAMED]) or "data.batch_size or data.max_words"
