"""A published checkpoint: a folder with `config.json` and `model.safetensors`, as `transformers` saves it.

Every weight of our model must come from the file, and every tensor of the file must be used, or be one that the
architecture's layout leaves out and says why. Nothing is downloaded, and no pickle is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import torch
from torch import nn

from seqmodels.inputs.token_input import TokenSizes
from seqmodels.training.weights import not_finite, read_tensors, weights_of
from seqmodels.transfer.published.config_file import ConfigFile
from seqmodels.transfer.published.tensor_names import Source, Table, matched, source_of
from textprep.errors import ArtifactError, ConfigError
from textprep.settings import checked

Model = TypeVar("Model", bound=nn.Module)
Settings = TypeVar("Settings")

CONFIG, WEIGHTS = "config.json", "model.safetensors"
FLOATS = (torch.float32, torch.float16, torch.bfloat16)  # float32 holds all of these
ANOTHER_HEAD = "the head of another task"


class Published(NamedTuple, Generic[Model]):
    """What a checkpoint was read into."""

    model: Model
    """In evaluation mode, its numbers float32."""
    left_out: dict[str, str]
    """Tensors of the file that the model has no use for, and what they are."""
    new: list[str]
    """Weights of the model that the file does not have, on request: they are as training begins with them."""


@dataclass(frozen=True)
class Layout:
    """How the checkpoints of an architecture are laid out."""

    model_type: str
    """What `config.json` calls it."""
    prefix: str
    """What stands before the names of all but the heads, in checkpoints of models with heads."""
    tensors: Table
    """Where our weights lie."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """Tensors that may stand in the file a second time because they are tied, and what they must be equal to."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Patterns of tensors that our model has no use for, and what they are."""
    fixed: Mapping[str, object] = field(default_factory=dict)
    """Options in `config.json` that can have one value only."""


class Checkpoint:
    """A folder with a published model.

    Args:
        folder: Where it is.
        layout: Of its architecture.

    Raises:
        ArtifactError: A file is missing or damaged, or of another architecture.
    """

    def __init__(self, folder: str | os.PathLike[str], layout: Layout) -> None:
        self.folder, self.layout = Path(folder), layout
        _check_folder(self.folder)
        self.config = ConfigFile(self.folder / CONFIG, layout.model_type, layout.fixed)
        self.file = self.folder / WEIGHTS
        self.tensors: dict[str, torch.Tensor] = {}
        self.names: dict[str, str] = {}  # in the file
        for name, tensor in read_tensors(self.file).items():
            short = _modern(name.removeprefix(layout.prefix))
            if short in self.tensors:
                raise self._wrong(name, f"is there twice, also as {self.names[short]}", "save the model again")
            self.tensors[short], self.names[short] = tensor, name

    def has(self, pattern: str) -> bool:
        """Whether there is a tensor of such a name, without prefix."""
        return any(matched(pattern, name) for name in self.tensors)

    def has_head(self, pattern: str, may_lack: bool) -> bool:
        """Whether there are tensors of a head; ArtifactError if it lacks them and may not."""
        if not (there := self.has(pattern)) and not may_lack:
            raise ArtifactError(
                f"{self.file}: there is no tensor {pattern}, so no masked-language head; "
                "give new_head=True if the rest will do"
            )
        return there

    def read_into(
        self, kind: Callable[[Settings, TokenSizes], Model], settings: Settings, sizes: TokenSizes, new: str = ""
    ) -> Published[Model]:
        """A model with the weights of the file.

        All shapes are compared before it takes memory.

        Args:
            kind: What builds it.
            settings: As `config.json` has them.
            sizes: Likewise.
            new: Pattern of weights that are not to come from the file.

        Raises:
            ArtifactError: The values in `config.json` do not go together, or the tensors are not those that it asks
                for.
        """
        try:
            with torch.device("meta"):
                sketch = kind(checked(settings), sizes)
        except ConfigError as error:
            raise ArtifactError(f"{self.config.path}: {error}") from None
        shapes = {name: tuple(weight.shape) for name, weight in weights_of(sketch).items()}
        sources = {name: source_of(self.layout.tensors, name) for name in shapes if not matched(new, name)}
        for name, source in sources.items():
            self._check(source, shapes[name])
        left_out = self._left_out({each for source in sources.values() for each in source.names})
        model = kind(settings, sizes) if new else sketch  # what is new needs first weights, which take time
        _fill(model, {name: source.weight(self.tensors) for name, source in sources.items()})
        return Published(model.eval(), left_out, [name for name in shapes if name not in sources])

    def _check(self, source: Source, shape: tuple[int, ...]) -> None:
        """See that the tensors of a weight are there, and such as it needs."""
        wanted = source.shape(shape)
        for name in source.names:
            if name not in self.tensors:
                raise ArtifactError(
                    f"{self.file}: there is no tensor {name}, which {CONFIG} asks for; "
                    "both files must be of one checkpoint, copied whole"
                )
            tensor = self.tensors[name]
            if tuple(tensor.shape) != wanted or tensor.dtype not in FLOATS:
                found = f"has shape {tuple(tensor.shape)} {str(tensor.dtype)[6:]}"
                raise self._wrong(
                    self.names[name],
                    f"{found}, and {CONFIG} makes it {wanted} of float32, float16 or bfloat16",
                    "both files must be of one checkpoint",
                )
            if not_finite({name: tensor}):
                raise self._wrong(self.names[name], "has numbers that are not finite", "copy or save it again")

    def _left_out(self, used: set[str]) -> dict[str, str]:
        """The tensors that are left out on purpose, and what they are; ArtifactError for one of which nobody knows."""
        left_out = {}
        for name in sorted(self.tensors.keys() - used):
            if (original := self.layout.copies.get(name)) in used:
                if not _equal(self.tensors[name], self.tensors[original]):
                    problem = f"is not {self.names[original]}, to which it is tied"
                    raise self._wrong(self.names[name], problem, "save the model again")
                continue
            about = next((about for each, about in self.layout.left_out.items() if matched(each, name)), None)
            if about is None:
                problem = f"has no place in a {self.layout.model_type} such as {CONFIG} describes"
                raise self._wrong(self.names[name], problem, "both files must be of one checkpoint")
            left_out[self.names[name]] = about
        return left_out

    def _wrong(self, name: str, problem: str, remedy: str) -> ArtifactError:
        return ArtifactError(f"{self.file}: tensor {name} {problem}; {remedy}")


def _check_folder(folder: Path) -> None:
    """See that there is a folder whose weights can be read; ArtifactError if not."""
    if not folder.is_dir():
        raise ArtifactError(
            f"{folder}: there is no such folder; nothing is downloaded, so give one with {CONFIG} and {WEIGHTS}"
        )
    if (folder / WEIGHTS).exists():
        return  # whatever lies beside it
    if (folder / f"{WEIGHTS}.index.json").exists():
        raise ArtifactError(f"{folder}: the weights lie in several files; save the model again as one {WEIGHTS}")
    if (folder / "pytorch_model.bin").exists():
        raise ArtifactError(
            f"{folder}: pytorch_model.bin is a pickle, which can run code when it is read; convert it to {WEIGHTS} "
            "(transformers does: from_pretrained, then save_pretrained)"
        )


def _fill(model: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Give a model, which may be one without memory, copies of weights; what was tied stays so."""
    parameters = {
        model.get_parameter(name): nn.Parameter(
            weight.to(torch.float32, copy=True, memory_format=torch.contiguous_format)
        )
        for name, weight in weights.items()
    }
    for module in model.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            if parameter in parameters:
                setattr(module, name, parameters[parameter])


def _equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.dtype == other.dtype and one.equal(other)


def _modern(name: str) -> str:
    """The name of a tensor as it is today; norms once had `gamma` and `beta`."""
    for old, new in ((".gamma", ".weight"), (".beta", ".bias")):
        if name.endswith(old):
            return name.removesuffix(old) + new
    return name
