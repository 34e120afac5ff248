"""WordPiece: words as runs of known pieces, always the longest piece that fits.

Source: Schuster and Nakajima, "Japanese and Korean Voice Search" (2012), with the spelling and the file of BERT (Devlin
et al., 2019): a piece that continues a word begins with `##`, and `vocab.txt` has one piece a line. Pieces are learned
by the `tokenizers` library.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from textprep.errors import ConfigError, shown
from textprep.protocols import Outcome, Piece
from textprep.special_tokens import BERT
from textprep.stages import in_files, register
from textprep.subword.piece_table import FILE, PieceTable, read_pieces, write_pieces
from textprep.subword.wordpiece_training import learned_pieces
from textprep.word_counts import WordCounts

CONTINUES = "##"
MOST_PIECES = 1 << 24  # room for all is made before the first is learned
LARGE = 2**31 - 1


@register("wordpiece.v1")
@dataclass(frozen=True)
class WordPiece:
    """Cut words into pieces from left to right; each piece has its own span.

    A word that the pieces cannot spell becomes the unknown piece as a whole.

    Args:
        size: How many pieces are learned, the special tokens of BERT among them; more where the characters alone are
            more.
        min_count: Two pieces are joined to one if they stand together at least so often.
        max_characters: How many different characters are learned; words with rarer ones are unknown.
        max_length: Words of more characters are unknown.
        unknown: How the unknown piece is spelled.
        pieces: The pieces, in the order of their file, if they are known already; `Pipeline.fit` learns them.

    Raises:
        ConfigError: A number is below 1 or too large, or the unknown piece is empty or not one of the pieces.
    """

    size: int = 30_000
    min_count: int = 2
    max_characters: int = 1000
    max_length: int = 100
    unknown: str = BERT.unk or ""
    pieces: tuple[str, ...] = in_files(())

    def __post_init__(self) -> None:
        for name in ("size", "min_count", "max_characters", "max_length"):
            value, most = getattr(self, name), MOST_PIECES if name == "size" else LARGE
            if not 1 <= value <= most:
                raise ConfigError(f"wordpiece: {name} is {shown(value)}; give 1 or more, at most {most}")
        if not self.unknown:
            raise ConfigError("wordpiece: the unknown piece is empty; give its spelling")
        if isinstance(self.pieces, str) or not isinstance(self.pieces, Iterable):
            raise ConfigError("wordpiece: give a list of pieces")
        object.__setattr__(self, "pieces", tuple(self.pieces))
        object.__setattr__(self, "_table", PieceTable(self.pieces))
        if self.pieces and self.unknown not in self.pieces:
            raise ConfigError(f"wordpiece: the unknown piece {shown(self.unknown)} is not one of the pieces; add it")

    @classmethod
    def open(cls, file: str | os.PathLike[str]) -> WordPiece:
        """The pieces of a `vocab.txt`, such as BERT's.

        Raises:
            ArtifactError: The file is missing or damaged.
        """
        return cls(pieces=read_pieces(Path(file)))

    @property
    def learned(self) -> bool:
        """Whether the pieces are known."""
        return bool(self.pieces)

    def learn(self, counts: WordCounts) -> Self:
        """Learn the pieces from words that occur so often."""
        pieces = learned_pieces(
            counts,
            size=self.size,
            min_count=self.min_count,
            max_characters=self.max_characters,
            special=[self.unknown if token == BERT.unk else token for token in BERT.spellings],
            continues=CONTINUES,
        )
        return replace(self, pieces=pieces)

    def map_words(self, words: Sequence[str]) -> list[Outcome]:
        """Give the pieces of each word.

        Raises:
            ConfigError: Nothing is learned yet.
        """
        if not self.pieces:
            raise ConfigError("WordPiece has no pieces yet; call fit(texts) of the pipeline first, or WordPiece.open")
        return [self._cut(word) for word in words]

    def whole(self, pieces: Sequence[str]) -> list[str]:
        """The words that some pieces make; one that goes on without a beginning is a word by itself."""
        words: list[str] = []
        for piece in pieces:
            if words and piece.startswith(CONTINUES):
                words[-1] += piece.removeprefix(CONTINUES)
            else:
                words.append(piece.removeprefix(CONTINUES))
        return words

    def _cut(self, word: str) -> Outcome:
        if len(word) > self.max_length:
            return self.unknown
        table: PieceTable = self.__dict__["_table"]
        if word in table.known:
            return word
        pieces: list[str | Piece] = []
        start = 0
        while start < len(word):
            before = CONTINUES if start else ""
            if (piece := table.longest(word, start, before)) is None:
                return self.unknown
            end = start + len(piece) - len(before)
            pieces.append(Piece(piece, start, end))
            start = end
        return tuple(pieces)

    def save_files(self, folder: Path) -> None:
        """Write `vocab.txt`."""
        if self.pieces:
            write_pieces(folder, self.pieces)

    def load_files(self, folder: Path) -> Self:
        """Read `vocab.txt`.

        Raises:
            ArtifactError: The file is damaged.
        """
        return replace(self, pieces=read_pieces(folder / FILE))
