"""The pieces of a word with their places in it: those they name, or those that their spelling shows, or all of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from textprep.errors import ConfigError
from textprep.protocols import Piece


def placed_pieces(stage: object, word: str, outcome: Sequence[str | Piece]) -> list[Piece]:
    """What a stage gave for a word; strings that together spell it stand side by side in it.

    Raises:
        ConfigError: A piece does not lie within the word.
    """
    if not any(isinstance(piece, Piece) for piece in outcome):
        texts = list(map(str, outcome))
        if "".join(texts) != word:
            return [Piece(text, 0, len(word)) for text in texts]
        ends = list(accumulate(map(len, texts)))
        return list(map(Piece, texts, [0, *ends], ends))
    pieces = [piece if isinstance(piece, Piece) else Piece(piece, 0, len(word)) for piece in outcome]
    for piece in pieces:
        if not 0 <= piece.start <= piece.end <= len(word):
            problem = f"{stage} gave {piece!r} for {word!r}"
            raise ConfigError(f"{problem}; a piece lies between 0 and the length of its word, {len(word)}")
    return pieces
