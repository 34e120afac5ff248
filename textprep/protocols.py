"""The four kinds of stage. A class may be of several kinds; `Pipeline` decides by its place which one is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, runtime_checkable

from textprep.texts import Texts
from textprep.tokens import Tokens

if TYPE_CHECKING:
    import pyarrow as pa


class Piece(NamedTuple):
    """A part of a word that need not be spelt like it, such as `##ing`, with its place: word[start:end]."""

    text: str
    start: int
    end: int


Outcome: TypeAlias = str | tuple[str | Piece, ...] | None
"""What becomes of a word: a word, several pieces, or nothing."""


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
        """Return the tokens with spans in `texts` as they are now, in code points; later stages reuse the arrays.

        Every word is spelt by its spans, so that pieces of words have places too.
        """
        ...


@runtime_checkable
class LoweringTokenizer(Protocol):
    """A tokenizer that can lower-case ASCII letters on its way, where many more tokens become the same word."""

    def tokenize_lowered(self, texts: Texts) -> Tokens:
        """As `tokenize`, with the ASCII letters of all words in lower case."""
        ...


@runtime_checkable
class WordStage(Protocol):
    """Changes words, each on its own: called with distinct words, never with tokens."""

    def map_words(self, words: Sequence[str]) -> Sequence[Outcome]:
        """Return what becomes of each word.

        Pieces that spell the word when joined stand side by side in it, and a `Piece` says where it stands; other
        pieces share the span of the word. A word that becomes another of the same length is taken to be changed letter
        by letter, so that pieces cut off it later have places in it too.
        """
        ...


@runtime_checkable
class ArrayStage(Protocol):
    """A word stage that makes one word of each, or none, and takes and gives all of them as one Arrow array."""

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Return what becomes of each word; null drops it."""
        ...


@runtime_checkable
class ContextStage(Protocol):
    """Changes tokens by looking at their neighbours."""

    def rewrite(self, tokens: Tokens) -> Tokens:
        """Return the changed tokens, for the same documents."""
        ...


Stage: TypeAlias = TextStage | Tokenizer | WordStage | ContextStage
