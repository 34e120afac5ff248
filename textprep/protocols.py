"""The kinds of stage, and what a stage of any kind may be able to do besides.

A class may be of several kinds; `Pipeline` decides by its place which one is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self, TypeAlias, runtime_checkable

from textprep.texts import Texts
from textprep.tokens import Tokens
from textprep.word_counts import WordCounts

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
class Joins(Protocol):
    """A tokenizer of whose words a text is made otherwise than by a space between them."""

    def joined(self, words: Sequence[str]) -> str:
        """The text that some words make."""
        ...


@runtime_checkable
class JoinsPieces(Protocol):
    """A word stage that cuts words into pieces, and knows the words that pieces were cut from."""

    def whole(self, pieces: Sequence[str]) -> list[str]:
        """The words that some pieces make."""
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
        pieces share the span of the word. Pieces that are cut off a word later have places in it too as long as stages
        have changed nothing but the case of its letters, each at its place; what is spelt anew has the span of all of
        it from then on. Nothing is written as an empty word: None drops a word, and an empty word or piece is refused
        (ConfigError, with the stage and the word).
        """
        ...


@runtime_checkable
class ArrayStage(Protocol):
    """A word stage that makes one word of each, or none, and takes and gives all of them as one Arrow array.

    Directly behind another such stage, a few of the words may be equal. A stage with a true attribute `quick` takes no
    longer than looking up what it gave before, so a chain of these remembers nothing.
    """

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Return what becomes of each word; null drops it, and an empty word is refused."""
        ...


@runtime_checkable
class PairStage(Protocol):
    """Changes words by what is known about each token: called with distinct pairs of word and tag.

    One that has `rewrite`, too, as a `ContextStage` has, adds its layer by that, and the layer is gone behind it.
    """

    @property
    def layer(self) -> str:
        """The name of the layer that the tags come from; a stage before must have added it."""
        ...

    def map_pairs(self, words: Sequence[str], tags: Sequence[str]) -> Sequence[Outcome]:
        """Return what becomes of each word that has the tag beside it; spans as in `WordStage`."""
        ...


@runtime_checkable
class ContextStage(Protocol):
    """Changes tokens by looking at their neighbours."""

    def rewrite(self, tokens: Tokens) -> Tokens:
        """Return the changed tokens, for the same documents."""
        ...


@runtime_checkable
class Learns(Protocol):
    """A stage behind the tokenizer that is learned from words; `Pipeline.fit` does it unless it is learned already."""

    @property
    def learned(self) -> bool:
        """Whether there is nothing left to learn."""
        ...

    def learn(self, counts: WordCounts) -> Self:
        """Return the learned stage; this one stays as it is.

        Args:
            counts: The words as they reach the stage.
        """
        ...


@runtime_checkable
class HasFiles(Protocol):
    """A stage that keeps in files what is too large for the list of stages, such as what it learned.

    The fields that stand in the files are declared with `in_files()` of `textprep.stages`.
    """

    def save_files(self, folder: Path) -> None:
        """Write the files into an empty folder of the stage's own; none if there is nothing to keep."""
        ...

    def load_files(self, folder: Path) -> Self:
        """Return this stage with what `save_files` wrote; ArtifactError if a file is missing or damaged."""
        ...


Stage: TypeAlias = TextStage | Tokenizer | WordStage | PairStage | ContextStage
