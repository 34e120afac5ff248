"""The `config.json` of a published checkpoint, a value at a time: what is not as our models need it is refused by name.

It is the file that `transformers` writes (https://huggingface.co/docs/transformers/main_classes/configuration). Keys
that say nothing of what a model computes are not looked at; options that an old file lacks have the values that they
had before there were such options.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from textprep.errors import ArtifactError, ConfigError, shown
from textprep.settings import LARGE
from textprep.strict_json import read_object

ACTIVATIONS: dict[str, Literal["gelu", "gelu_tanh", "relu"]] = {
    "gelu": "gelu",
    "gelu_python": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "relu": "relu",
}
"""Our names of the activations that both have; theirs differ in how they are worked out, not in what they are."""
FIXED: dict[str, object] = {
    "add_cross_attention": False,
    "is_encoder_decoder": False,
    "pruned_heads": {},
    "quantization_config": None,
}
"""Options that all our models have at one value only."""


class ConfigFile:
    """The values of a `config.json`.

    Args:
        path: The file.
        model_type: The architecture that it must be of: "gpt2".
        fixed: Further options that can have one value only.

    Raises:
        ArtifactError: The file is missing or damaged, or of something else.
    """

    def __init__(self, path: Path, model_type: str, fixed: Mapping[str, object]) -> None:
        self.path = path
        try:
            self.values = read_object(path.read_bytes())
        except OSError as error:
            raise ArtifactError(f"{path}: cannot be read ({error.strerror}); copy the whole folder again") from None
        except ValueError as error:
            raise ArtifactError(f"{path}: not valid JSON ({error}); copy it again") from None
        if (given := self.values.get("model_type")) != model_type:
            raise self._wrong("model_type", given, f"this loads {model_type!r} only")
        for key, wanted in (FIXED | dict(fixed)).items():
            if (given := self.values.get(key)) is not None and given != wanted:
                raise self._wrong(key, given, f"only {json.dumps(wanted)} can be loaded")

    def size(self, key: str, otherwise: int | None = None) -> int:
        """A whole number from 1 on; ArtifactError if it is something else, or missing without an `otherwise`."""
        given = self._given(key, otherwise)
        if type(given) is not int or not 1 <= given <= LARGE:
            raise self._wrong(key, given, f"it must be a whole number in 1..{LARGE}")
        return given

    def share(self, key: str, otherwise: float) -> float:
        """A number in 0..1; ArtifactError if it is something else."""
        given = self._given(key, otherwise)
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
            raise self._wrong(key, given, "it must be a number in 0..1")
        return float(given)

    def flag(self, key: str, otherwise: bool) -> bool:
        """True or false; ArtifactError if it is something else."""
        given = self._given(key, otherwise)
        if type(given) is not bool:
            raise self._wrong(key, given, "it must be true or false")
        return given

    def activation(self, key: str, otherwise: str) -> Literal["gelu", "gelu_tanh", "relu"]:
        """Our name of an activation; ArtifactError if we do not have it."""
        given = self._given(key, otherwise)
        if not isinstance(given, str) or given not in ACTIVATIONS:
            raise self._wrong(key, given, f"our models have {', '.join(ACTIVATIONS)}")
        return ACTIVATIONS[given]

    def dropout(self, chosen: float | None, *keys: str) -> float:
        """A dropout of our layers, for which they may have several.

        Args:
            chosen: What the caller wants; None for what the file says.
            keys: The dropouts of theirs.

        Raises:
            ArtifactError: They differ, and nothing is chosen.
            ConfigError: What is chosen is no share.
        """
        if chosen is not None:
            if not 0 <= chosen <= 1:
                raise ConfigError(f"dropout must lie in 0..1, not {chosen}")
            return chosen
        first, *others = (self.share(key, 0.1) for key in keys)
        for key, other in zip(keys[1:], others, strict=True):
            if other != first:
                raise self._wrong(
                    key, other, f"{keys[0]} is {first}, and our layers have one for both: give it as dropout"
                )
        return first

    def _given(self, key: str, otherwise: object) -> object:
        """A value; `otherwise` if it is null or missing."""
        given = self.values.get(key)
        if given is None and otherwise is None:
            raise ArtifactError(f"{self.path}: has no {key}; copy the config.json that belongs to the weights")
        return otherwise if given is None else given

    def _wrong(self, key: str, given: object, wanted: str) -> ArtifactError:
        return ArtifactError(f"{self.path}: {key} is {shown(given)}; {wanted}")
