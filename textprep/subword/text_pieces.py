"""Pieces of which the text can be made again: white space is part of them, as U+2581 in front of what stands behind it.

Source: the visible space of SentencePiece (Kudo and Richardson, 2018), with WordPiece's pieces, always the longest one
that fits. `A T-shirt.` may become `▁A ▁T - sh irt .`; joined, with a space for each ▁, that is the text, up to runs of
white space and characters that were never learned.

The stage stands behind `WhiteSpace`, whose runs it gets. No piece reaches over a word boundary within a run (UAX #29),
so that `shirt.` costs no piece beside `shirt` and `.`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Self

from textprep.errors import ConfigError, shown
from textprep.protocols import Piece
from textprep.special_tokens import DEFAULT
from textprep.stages import in_files, register
from textprep.subword.piece_table import FILE, PieceTable, read_pieces, write_pieces
from textprep.subword.wordpiece import LARGE, MOST_PIECES
from textprep.subword.wordpiece_training import DELIMITER, learned_pieces
from textprep.texts import Texts
from textprep.tokenize.words import Words
from textprep.word_counts import WordCounts

SPACE = "\u2581"
UNKNOWN = DEFAULT.unk or ""


@register("text_pieces.v1")
@dataclass(frozen=True)
class TextPieces:
    """Cut runs between white space into pieces from left to right; each piece has its own span.

    A ▁ that is a piece by itself has the span of the character behind it. An unknown character is a piece by itself,
    the unknown one; so is a ▁ of the text.

    Args:
        size: How many pieces are learned; more where the characters alone are more.
        min_count: Two pieces are joined to one if they stand together at least so often.
        max_characters: How many different characters are learned, the most frequent ones.
        pieces: The pieces, in the order of their file, if they are known already; `Pipeline.fit` learns them.

    Raises:
        ConfigError: A number is below 1 or too large, or there is no list of pieces.
    """

    size: int = 8000
    min_count: int = 2
    max_characters: int = 1000
    pieces: tuple[str, ...] = in_files(())

    def __post_init__(self) -> None:
        for name in ("size", "min_count", "max_characters"):
            value, most = getattr(self, name), MOST_PIECES if name == "size" else LARGE
            if not 1 <= value <= most:
                raise ConfigError(f"text_pieces: {name} is {shown(value)}; give 1 or more, at most {most}")
        if isinstance(self.pieces, str) or not isinstance(self.pieces, Iterable):
            raise ConfigError("text_pieces: give a list of pieces")
        object.__setattr__(self, "pieces", tuple(self.pieces))
        object.__setattr__(self, "_table", PieceTable(self.pieces))

    @property
    def learned(self) -> bool:
        """Whether the pieces are known."""
        return bool(self.pieces)

    def learn(self, counts: WordCounts) -> Self:
        """Learn the pieces from runs that occur so often."""
        runs = counts.words.to_pylist()
        words, times = [], []
        for run, bounds, count in zip(runs, _bounds(runs), counts.counts.tolist(), strict=True):
            for begin, end in bounds:
                words.append(_marked(run, begin, end))
                times.append(count)
        parts = WordCounts(max(len(words), 1))
        parts.add(words, times)
        pieces = learned_pieces(
            parts,
            size=self.size,
            min_count=self.min_count,
            max_characters=self.max_characters,
            special=[UNKNOWN],
            continues="",
        )
        return replace(self, pieces=pieces)

    def map_words(self, words: Sequence[str]) -> list[tuple[Piece, ...]]:
        """Give the pieces of each run.

        Raises:
            ConfigError: Nothing is learned yet.
        """
        if not self.pieces:
            raise ConfigError("TextPieces has no pieces yet; call fit(texts) of the pipeline first")
        return [tuple(self._cut(run, bounds)) for run, bounds in zip(words, _bounds(words), strict=True)]

    def whole(self, pieces: Sequence[str]) -> list[str]:
        """The runs that some pieces make; what stands in front of the first ▁ is one as well."""
        return [run for run in "".join(pieces).split(SPACE) if run]

    def _cut(self, run: str, bounds: Sequence[tuple[int, int]]) -> Iterator[Piece]:
        table: PieceTable = self.__dict__["_table"]
        for begin, end in bounds:
            word = _marked(run, begin, end)
            first, place = end - len(word), 0  # the word's first character is the run's at `first`, -1 if it is ▁
            while place < len(word):
                piece = table.longest(word, place)
                after = place + (len(piece) if piece else 1)
                yield Piece(piece or UNKNOWN, max(first + place, 0), max(first + after, 1))
                place = after

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


def _bounds(runs: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Where each word of each run begins and ends."""
    tokens = Words().tokenize(Texts(list(runs)))
    spans = list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))
    return [spans[first:last] for first, last in pairwise(tokens.offsets.tolist())]


def _marked(run: str, begin: int, end: int) -> str:
    """A word of a run, with ▁ if it begins the run; a ▁ of the text becomes what no piece is learned from."""
    return ("" if begin else SPACE) + run[begin:end].replace(SPACE, DELIMITER)
