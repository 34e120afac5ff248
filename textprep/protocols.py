"""The four kinds of stage. A class may be of several kinds; `Pipeline` decides by its place which one is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from textprep.texts import Texts
from textprep.tokens import Tokens

Outcome: TypeAlias = str | tuple[str, ...] | None  # what becomes of a word: a word, several pieces, or nothing


@runtime_checkable
class TextStage(Protocol):
    """Changes strings before they are cut into tokens, and records where."""

    def edit(self, texts: Texts) -> Texts:
        """Return the changed texts, their edits added to those made before (`Texts.edited`)."""
        ...


@runtime_checkable
class Tokenizer(Protocol):
    """Cuts strings into tokens."""

    def tokenize(self, texts: Texts) -> Tokens:
        """Return the tokens with spans in `texts` as they are now, in code points; later stages reuse the arrays."""
        ...


@runtime_checkable
class WordStage(Protocol):
    """Changes words, each on its own: called with distinct words, never with tokens."""

    def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
        """Return what becomes of each word.

        Pieces that spell the word when joined get spans of their own; other pieces share the span of the word.
        """
        ...


@runtime_checkable
class ContextStage(Protocol):
    """Changes tokens by looking at their neighbours."""

    def rewrite(self, tokens: Tokens) -> Tokens:
        """Return the changed tokens, for the same documents."""
        ...


Stage: TypeAlias = TextStage | Tokenizer | WordStage | ContextStage
