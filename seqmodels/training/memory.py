"""How much memory the training of a model takes, and how much there is: known before any of it is taken.

A model that is built on torch's device `meta` has shapes and no numbers, so what is counted is the model itself,
whatever it is made of.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from seqmodels.inputs.split_embedding import SplitEmbedding
from seqmodels.training.settings import TrainingSettings
from textprep.errors import ConfigError

Model = TypeVar("Model", bound=nn.Module)

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container


def without_memory(build: Callable[[], Model]) -> Model | None:
    """What `build` builds, in shapes only; None for a model of which a number is asked while it is built."""
    try:
        with torch.device("meta"):
            return build()
    except RuntimeError:  # there are no numbers
        return None


def training_bytes(model: nn.Module, settings: TrainingSettings, tokens: int) -> int:
    """The bytes that a training takes, roughly.

    Each trained weight has a gradient, two moments of the optimiser, the copy of the best epoch and perhaps a running
    average. Each token of a batch leaves one number for each output of each matrix that it goes through, until the
    gradient has come back.

    Args:
        model: The model; it may be one without memory.
        settings: How it is trained.
        tokens: In a batch, with its padding.
    """
    copies = 4 + (settings.average_decay > 0)
    weights = sum(value.nbytes for value in model.state_dict().values())
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    return weights + copies * sum(weight.nbytes for weight in trained) + tokens * _numbers_of_a_token(model) * 4


def free_bytes(device: torch.device) -> int | None:
    """The bytes that a process may still take on a device, swap space included; None where the system does not tell."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    known = [_available(), *(_limit(Path(file)) for file in LIMITS)]
    return min((number for number in known if number is not None), default=None)


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of Python or torch says that there was not enough memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)  # torch has no kind for the cpu's


class OutOfMemoryError(ConfigError, MemoryError):
    """There was not enough memory for a training."""


@contextmanager
def memory_watched() -> Iterator[None]:
    """Within the block, memory that runs out is an `OutOfMemoryError` that says what to do."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        problem, *_ = str(error).partition("\n")
        raise OutOfMemoryError(
            f"the memory ran out while training ({problem}); make the batches smaller and accumulate them, "
            "let recompute save what layers keep, or make the model smaller"
        ) from None


def _numbers_of_a_token(model: nn.Module) -> int:
    """The outputs of all matrices: those of a table of vectors are its columns, those of another matrix its rows.

    A convolution also keeps what it takes in, since its windows lie in a copy.
    """
    outputs = 0
    for module in model.modules():
        side = 1 if isinstance(module, nn.Embedding | SplitEmbedding) else 0
        outputs += sum(weight.shape[side] for weight in module.parameters(recurse=False) if weight.dim() == 2)
        if isinstance(module, nn.Conv1d):
            outputs += module.in_channels + module.out_channels
    return outputs


def _available() -> int | None:
    """The memory of the machine that can be had, or, where only that is told, all of it."""
    if (told := Path("/proc/meminfo")).is_file():
        lines = (line.split() for line in told.read_text(encoding="ascii").splitlines())
        kilobytes = {name: int(number) for name, number, *_ in lines}
        return 1024 * (kilobytes["MemAvailable:"] + kilobytes["SwapFree:"])
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _limit(file: Path) -> int | None:
    """The limit that a container has been given, if it has one."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such file, or "max"
        return None
