"""What `pip install textmill` does not bring, and which extra does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lazy_loader

from textprep.errors import ConfigError

EXTRAS = {
    "torch": "models",
    "safetensors": "models",
    "accelerate": "models",
    "spacy": "all",
    "nltk": "all",
    "tokenizers": "all",
    "gensim": "all",
    "datasets": "all",
    "sacrebleu": "all",
    "matplotlib": "draw",
    "ftfy": "text",
    "emoji": "text",
    "num2words": "text",
    "simplemma": "text",
    "rjieba": "languages",
    "sudachipy": "languages",
    "pythainlp": "languages",
    "spacy_lookups_data": "languages",
    "ray": "ray",
}


class MissingPartError(ConfigError, ImportError):
    """A library that is not installed is needed for this: install the extra that brings it."""


def missing_part(error: ImportError) -> MissingPartError | None:
    """The error that names the extra, if the module that was not found comes with one."""
    library = (error.name or "").partition(".")[0]
    if library not in EXTRAS:
        return None
    return MissingPartError(
        f"this needs {library}, which is not installed; pip install 'textmill[{EXTRAS[library]}]'", name=error.name
    )


def lazy_names(package: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a package whose names stand in the stub beside `file`."""
    load, names, every = lazy_loader.attach_stub(package, file)

    def explained(name: str) -> Any:
        try:
            return load(name)
        except ModuleNotFoundError as error:
            raise missing_part(error) or error from error

    return explained, names, every
