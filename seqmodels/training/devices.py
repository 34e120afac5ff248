"""Where a run computes: on which device, with how many threads, in one process or in several.

Several processes are those that `accelerate launch` or `torchrun` has started, each with the same call of `fit`. Each
takes its share of the batches, and their gradients are averaged before every step (synchronous data-parallel SGD,
Goyal et al. 2017); `accelerate` lets them talk to each other, and is imported for that only.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import torch

from textprep.errors import ConfigError

T = TypeVar("T")

NOTHING = 1e-9  # what the mean of nothing counts, so that a mean of such means is one too


@dataclass(frozen=True)
class Devices:
    """The device of this process and its place among the processes.

    Attributes:
        device: Where model and batches lie.
        index: Which process this is, from 0; that one writes and reports.
        processes: How many there are.
    """

    device: torch.device
    index: int = 0
    processes: int = 1

    def share(self, batches: Iterable[Any], continued: bool = False) -> Iterator[Any]:
        """This process's batches, on the device.

        Args:
            batches: Of all processes; of the last ones, if they are too few, some are taken twice.
            continued: Whether each batch goes on where the one before has stopped, so that a process takes some rows of
                each instead.
        """
        own: Iterable[Any] = batches
        if self.processes > 1:
            parts = (batch.part(self.index, self.processes) for batch in batches) if continued else None
            own = parts or self._own(iter(batches))
        return iter(own) if self.device.type == "cpu" else (batch.to(self.device) for batch in own)

    def average(self, weights: Sequence[torch.Tensor], *numbers: float, count: float = 1.0) -> list[float]:
        """Make the gradients of `weights`, in place, and the numbers the mean of those of all processes.

        Args:
            weights: Tensors that may have a gradient.
            numbers: Any.
            count: Of how many things these are the mean here; by that, they count in the mean of all.
        """
        if self.processes == 1:
            return list(numbers)
        from accelerate.utils import reduce

        has = [float(weight.grad is not None) for weight in weights]
        own = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]
        flat = torch.cat([*(grad.flatten() for grad in own), torch.tensor([*has, *numbers, 1.0], device=self.device)])
        sums = reduce(flat * max(count, NOTHING), "sum")
        parts = (sums / sums[-1])[:-1].split([*(grad.numel() for grad in own), len(has), len(numbers)])
        for weight, grad, anywhere in zip(weights, parts[:-2], parts[-2].tolist(), strict=True):
            weight.grad = grad.view_as(weight).to(weight.dtype) if anywhere else None
        means: list[float] = parts[-1].tolist()
        return means

    def from_main(self, make: Callable[..., T], *arguments: Any) -> T:
        """What `make(*arguments)` gives in the main process, in all processes; it is called there only."""
        if self.processes == 1:
            return make(*arguments)
        from accelerate.utils import broadcast_object_list

        made: T = broadcast_object_list([make(*arguments) if self.index == 0 else None])[0]
        return made

    def gather(self, value: T) -> list[T]:
        """The values of all processes, in each of them."""
        if self.processes == 1:
            return [value]
        from accelerate.utils import gather_object

        values: list[T] = gather_object([value])
        return values

    @torch.no_grad()
    def make_alike(self, tensors: Iterable[torch.Tensor]) -> None:
        """Give all processes the main one's content of these tensors."""
        if self.processes > 1:
            from accelerate.utils import broadcast

            broadcast(list(tensors))

    def _own(self, batches: Iterator[T]) -> Iterator[T]:
        while step := list(islice(batches, self.processes)):
            yield step[self.index % len(step)]


@contextmanager
def open_devices(name: str, threads: int = 0) -> Iterator[Devices]:
    """The devices by the name of their kind; within the block torch uses `threads` threads, unless that is 0.

    Args:
        name: "cpu", "cuda", "mps", or "auto", the first of cuda, mps and cpu that is there.
        threads: Of the processor.

    Raises:
        ConfigError: This machine, or the torch that is installed, has no such device.
    """
    before = torch.get_num_threads()
    devices = _devices(find_device(name))
    if threads:
        torch.set_num_threads(threads)
    try:
        yield devices
    finally:
        torch.set_num_threads(before)


def find_device(name: str) -> torch.device:
    """The device of that name; "auto" is the first of cuda, mps and cpu that is there.

    Raises:
        ConfigError: It is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(kind for kind in there if there[kind])
    if not there[name]:
        raise ConfigError(f"torch finds no device {name!r} here; set device to auto or cpu, or install torch for it")
    return torch.device(name)


def _devices(device: torch.device) -> Devices:
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Devices(device)
    from accelerate import PartialState

    started = torch.distributed.is_initialized()
    state = PartialState(cpu=device.type == "cpu")
    if not started:  # its threads must have ended before those of the process do
        atexit.register(_part)
    return Devices(state.device, state.process_index, state.num_processes)


def _part() -> None:
    """Leave the other processes."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
