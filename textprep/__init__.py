"""From raw text to tokens to ids, computed once per distinct word.

from textprep import Pipeline, Lower, Words, StopWords, Stem

prep = Pipeline(Lower(), Words(), StopWords("en", keep={"not", "no"}), Stem("porter"))
prep(["The cats weren't sitting on the mats."]).to_lists()
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textprep.errors import ArtifactError, ConfigError, InputError, TextmillError
    from textprep.ids import Ids
    from textprep.pipeline import Pipeline
    from textprep.registry import register
    from textprep.stages.html import Html
    from textprep.stages.lower import Lower
    from textprep.stages.phrases import Phrases
    from textprep.stages.replace import Replace
    from textprep.stages.stem import Stem
    from textprep.stages.stop_words import StopWords
    from textprep.stages.treebank import Treebank
    from textprep.stages.white_space import WhiteSpace
    from textprep.stages.words import Words
    from textprep.texts import Texts
    from textprep.tokens import Tokens
    from textprep.vocabulary import Vocabulary

_HOMES = {
    "textprep.errors": ("ArtifactError", "ConfigError", "InputError", "TextmillError"),
    "textprep.ids": ("Ids",),
    "textprep.pipeline": ("Pipeline",),
    "textprep.registry": ("register",),
    "textprep.stages.html": ("Html",),
    "textprep.stages.lower": ("Lower",),
    "textprep.stages.phrases": ("Phrases",),
    "textprep.stages.replace": ("Replace",),
    "textprep.stages.stem": ("Stem",),
    "textprep.stages.stop_words": ("StopWords",),
    "textprep.stages.treebank": ("Treebank",),
    "textprep.stages.white_space": ("WhiteSpace",),
    "textprep.stages.words": ("Words",),
    "textprep.texts": ("Texts",),
    "textprep.tokens": ("Tokens",),
    "textprep.vocabulary": ("Vocabulary",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "ArtifactError",
    "ConfigError",
    "Html",
    "Ids",
    "InputError",
    "Lower",
    "Phrases",
    "Pipeline",
    "Replace",
    "Stem",
    "StopWords",
    "TextmillError",
    "Texts",
    "Tokens",
    "Treebank",
    "Vocabulary",
    "WhiteSpace",
    "Words",
    "register",
]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is first asked for (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'textprep' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
