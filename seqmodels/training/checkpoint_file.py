"""A run's state on disk, from which the run can go on after it was stopped at any moment.

A checkpoint is one safetensors file: the tensors by their place in the state, and all else as JSON in the file's
header. It holds no code and is replaced as a whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from seqmodels.training.checksum import checksum
from seqmodels.training.weights import UNREADABLE, write_tensors
from textprep.atomic import atomic_file
from textprep.errors import ArtifactError

FORMAT, VERSION = "textmill-checkpoint", "1"
TENSOR = "$tensor"


def write_checkpoint(path: str | os.PathLike[str], state: Mapping[str, Any]) -> None:
    """Write `state` (mappings with names, lists, plain values and tensors) to `path`, whole or not at all."""
    tensors: dict[str, torch.Tensor] = {}
    plain = json.dumps(_without_tensors(state, "", tensors), default=float)
    header = {"format": FORMAT, "version": VERSION, "state": plain, "checksum": _checksum(plain, tensors)}
    with atomic_file(path) as part:
        write_tensors(tensors, part, header)


def read_checkpoint(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The state that was written to `path`: tuples come back as lists, whole numbers as names of mappings as strings.

    Raises:
        ArtifactError: The file is not a checkpoint, is not whole, or comes from a later release.
    """
    try:
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
            # Copied, so that they lie in memory as torch's own do, and the file can be replaced.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    except UNREADABLE as error:
        problem, *_ = str(error).partition("\n")  # torch says more
        raise ArtifactError(f"{os.fspath(path)}: not a whole checkpoint ({problem}); train without resume") from None
    if header.get("format") != FORMAT:
        raise ArtifactError(f"{os.fspath(path)}: not a checkpoint; check the path, or train without resume")
    if header.get("version") != VERSION:
        found = header.get("version")
        raise ArtifactError(f"{os.fspath(path)}: version {found} of checkpoints is not known here; update textmill")
    try:
        if header["checksum"] != _checksum(header["state"], tensors):
            raise ValueError("its content is not what its checksum says")
        state: dict[str, Any] = _with_tensors(json.loads(header["state"]), tensors)
    except (KeyError, ValueError) as error:
        raise ArtifactError(f"{os.fspath(path)}: damaged ({error!r}); train without resume") from None
    return state


def remove_checkpoint(path: str | os.PathLike[str]) -> None:
    """Remove the checkpoint, if there is one, and what a process that was killed while writing it has left."""
    path = Path(path)
    path.unlink(missing_ok=True)
    for part in path.parent.glob(f".{path.name}.*.part"):
        part.unlink(missing_ok=True)


def _checksum(plain: str, tensors: Mapping[str, torch.Tensor]) -> str:
    """Of all that a checkpoint holds, with the names, types and shapes of its tensors."""
    named = [(name, str(tensor.dtype), list(tensor.shape), tensor) for name, tensor in sorted(tensors.items())]
    return str(checksum([plain, named]))


def _without_tensors(value: Any, name: str, tensors: dict[str, torch.Tensor]) -> Any:
    """`value` with a reference in place of each tensor, which is put into `tensors` under its place."""
    if isinstance(value, torch.Tensor):
        tensors[name] = value.detach().clone(memory_format=torch.contiguous_format).cpu()  # no two share their memory
        return {TENSOR: name}
    if isinstance(value, Mapping):
        return {str(key): _without_tensors(each, f"{name}/{key}", tensors) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_tensors(each, f"{name}/{place}", tensors) for place, each in enumerate(value)]
    return value


def _with_tensors(value: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {TENSOR}:
            return tensors[value[TENSOR]]
        return {key: _with_tensors(each, tensors) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_tensors(each, tensors) for each in value]
    return value
