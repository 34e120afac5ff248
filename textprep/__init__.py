"""From raw text to tokens to ids, computed once per distinct word.

from textprep import Pipeline, Lower, Words, StopWords, Stem

prep = Pipeline(Lower(), Words(), StopWords("en", keep={"not", "no"}), Stem("porter"))
prep(["The cats weren't sitting on the mats."]).to_lists()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textprep.lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "errors": ("ArtifactError", "ConfigError", "InputError", "TextmillError"),
        "ids": ("Ids",),
        "pipeline": ("Pipeline",),
        "registry": ("register",),
        "stages.html": ("Html",),
        "stages.lower": ("Lower",),
        "stages.phrases": ("Phrases",),
        "stages.replace": ("Replace",),
        "stages.stem": ("Stem",),
        "stages.stop_words": ("StopWords",),
        "stages.treebank": ("Treebank",),
        "stages.white_space": ("WhiteSpace",),
        "stages.words": ("Words",),
        "texts": ("Texts",),
        "tokens": ("Tokens",),
        "vocabulary": ("Vocabulary",),
    },
)
