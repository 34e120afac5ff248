"""A model's weights on disk, as safetensors: a file of named arrays that cannot run code."""

from __future__ import annotations

import os
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from textprep.atomic import atomic_file
from textprep.errors import ArtifactError


def save_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Write all weights and buffers of `model` to `path`, whole or not at all."""
    state = {name: value.detach().contiguous() for name, value in model.state_dict().items()}
    with atomic_file(path) as part:
        save_file(state, part)


def load_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Fill `model` with weights saved from one that was built alike.

    Raises:
        ArtifactError: If the file is missing or damaged, or its names or shapes are not those of `model`.
    """
    if not Path(path).is_file():
        raise ArtifactError(f"{os.fspath(path)}: there is no such file of weights; check the path")
    try:
        state = load_file(path)
    except SafetensorError as error:
        raise ArtifactError(
            f"{os.fspath(path)}: not a whole safetensors file ({error}); save or copy it again"
        ) from error
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in state.items()}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            saved, own = found.get(name, "nowhere"), wanted.get(name, "nowhere")
            raise ArtifactError(
                f"{os.fspath(path)}: {name} has shape {saved} in the file and {own} in the model; "
                "build the model with the settings and sizes that it was saved with"
            )
    model.load_state_dict(state)
