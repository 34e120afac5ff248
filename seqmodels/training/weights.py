"""A model's weights on disk, as safetensors: a file of named arrays that cannot run code."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from textprep.atomic import atomic_file
from textprep.errors import ArtifactError, TextmillError

UNREADABLE = (SafetensorError, OSError, TypeError, ValueError, RuntimeError)
"""What reading damaged tensors raises; the last three where safetensors lets shapes pass that torch does not take."""


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """The weights and buffers of a model by name; what stands in two places, such as a tied matrix, by its first."""
    own: dict[str, Tensor] = {}
    seen: set[int] = set()
    for name, value in model.state_dict(keep_vars=True).items():
        if id(value) not in seen:
            own[name] = value.detach()
        seen.add(id(value))
    return own


def save_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Write all weights and buffers of `model` to `path`, whole or not at all.

    Raises:
        TextmillError: A number among them is not finite.
    """
    state = {name: value.contiguous() for name, value in weights_of(model).items()}
    if name := not_finite(state):
        raise TextmillError(
            f"the model cannot be used: {name} is no longer finite; lower learning_rate or model.ngrams"
        )
    with atomic_file(path) as part:
        write_tensors(state, part)


def write_tensors(tensors: Mapping[str, Tensor], path: Path, about: dict[str, str] | None = None) -> None:
    """Write a safetensors file with `about` in its header; a full disk is an OSError, as of any file."""
    try:
        save_file(dict(tensors), path, about)
    except SafetensorError as error:
        if number := re.search(r"os error (\d+)", str(error)):
            code = int(number[1])
            raise OSError(code, os.strerror(code), os.fspath(path)) from error
        raise


def check_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """See that a file has the weights of a model that is built alike, by their names, shapes and types.

    Args:
        model: The model; it may be one without memory, on torch's device `meta`.
        path: The file.

    Raises:
        ArtifactError: The file is missing or damaged, or has other weights.
    """
    _read(model, path)


def load_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Fill `model` with weights saved from one that was built alike.

    Raises:
        ArtifactError: The file is missing or damaged; its names, shapes or types are not those of `model`; or a number
            in it is not finite.
    """
    state = _read(model, path)
    if name := not_finite(state):
        raise ArtifactError(f"{os.fspath(path)}: damaged ({name} has numbers that are not finite); train it again")
    model.load_state_dict(state, strict=False)  # the names have been compared


def read_tensors(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """The tensors in a safetensors file, mapped, not yet in memory; ArtifactError if it is missing or damaged."""
    if not Path(path).is_file():
        raise ArtifactError(f"{os.fspath(path)}: there is no such file of weights; check the path")
    try:
        return load_file(path)
    except UNREADABLE as error:
        problem, *_ = str(error).partition("\n")  # torch says more
        raise ArtifactError(
            f"{os.fspath(path)}: not a whole safetensors file ({problem}); save or copy it again"
        ) from None


def not_finite(state: Mapping[str, Tensor]) -> str | None:
    """The name of a weight with a number that is infinite or none at all, if there is such a weight."""
    for name, value in state.items():  # a sum is quick, and shows them all; it may also be too large by itself
        if value.is_floating_point() and not value.sum().isfinite() and not value.isfinite().all():
            return name
    return None


def _read(model: nn.Module, path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """The weights in a file, if they are such as `model` has."""
    state = read_tensors(path)
    wanted, found = _kinds(weights_of(model)), _kinds(state)
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            saved, own = found.get(name, "nowhere"), wanted.get(name, "nowhere")
            raise ArtifactError(
                f"{os.fspath(path)}: {name} has shape {saved} in the file and {own} in the model; "
                "build the model with the settings and sizes that it was saved with"
            )
    return state


def _kinds(state: Mapping[str, Tensor]) -> dict[str, str]:
    """Shape and type of each weight: `(3, 2) float32`."""
    return {name: f"{tuple(value.shape)} {str(value.dtype)[6:]}" for name, value in state.items()}
