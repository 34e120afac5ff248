"""Recipes: pipelines as JSON files, shipped here or written by you."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from pathlib import Path

from textprep import Pipeline
from textprep.errors import ConfigError, InputError, unknown_name
from textprep.stages import from_config
from textprep.strict_json import read_object

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The recipes that come with textmill."""
    return sorted(file.stem for file in _FOLDER.glob("*.json"))


def open_recipe(recipe: str | os.PathLike[str]) -> Pipeline:
    """The pipeline of a recipe: a name from `names()`, a JSON file with `stages`, or a folder of a saved pipeline.

    A name that comes with textmill means that recipe, whatever stands in the working folder; `./words` is a file or
    folder there.

    Raises:
        InputError: The file is not a recipe.
        ConfigError: The name, a stage or an option is not known.
        ArtifactError: The folder holds no whole pipeline.
    """
    path = Path(recipe)
    if os.fspath(recipe) in names():  # pathlib forgets the dot of ./words
        path = _FOLDER / f"{recipe}.json"
    if path.is_dir():
        return Pipeline.load(path)
    if not path.is_file():
        if path.suffix or len(path.parts) > 1 or os.sep in os.fspath(recipe):
            raise InputError("there is no such recipe file", file=recipe, remedy=f"or choose from {', '.join(names())}")
        raise unknown_name("recipe", os.fspath(recipe), names())
    try:
        stages = read_object(path.read_bytes().removeprefix(BOM_UTF8))["stages"]
        if not isinstance(stages, list) or not all(isinstance(stage, dict) for stage in stages):
            raise TypeError("its stages are no list of objects")
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = 'write {"stages": [{"stage": "words.v1"}]}'
        raise InputError(f"not a recipe ({error!r})", file=path, remedy=remedy) from None
    try:
        return Pipeline(*map(from_config, stages))
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
