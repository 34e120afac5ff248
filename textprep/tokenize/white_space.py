"""Tokens at white space (the Unicode property White_Space), as `str.split` would give them."""

from __future__ import annotations

from dataclasses import dataclass

from textprep.normalize.lower import Lower
from textprep.stages import register
from textprep.texts import Texts
from textprep.tokenize.scanner import scan_texts
from textprep.tokens import Tokens


@register("white_space.v1")
@dataclass(frozen=True)
class WhiteSpace:
    """Cut at white space only: for text that is already tokenised, or in front of `Treebank`."""

    def tokenize(self, texts: Texts) -> Tokens:
        """Cut the texts at white space."""
        return scan_texts(texts, runs=True)

    def tokenize_lowered(self, texts: Texts) -> Tokens:
        """Cut the texts at white space, the words' ASCII letters in lower case."""
        return scan_texts(texts, runs=True, lower=True)

    def commutes(self, stage: object) -> bool:
        """Whether a text stage gives the same words when it is run on the words."""
        return isinstance(stage, Lower)
