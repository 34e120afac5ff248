"""The pieces of a word with their places in it: those they name, or those that their spelling shows, or all of it."""

from __future__ import annotations

from itertools import accumulate

from textprep.errors import ConfigError
from textprep.protocols import Outcome, Piece


def placed_pieces(stage: object, word: str, outcome: Outcome) -> list[Piece]:
    """What a stage gave for a word; strings that together spell it stand side by side in it.

    Raises:
        ConfigError: A piece is empty, or does not lie within the word.
    """
    if outcome is None:
        return []
    if isinstance(outcome, str):
        pieces = [Piece(outcome, 0, len(word))]
    elif any(isinstance(piece, Piece) for piece in outcome):
        pieces = [piece if isinstance(piece, Piece) else Piece(piece, 0, len(word)) for piece in outcome]
        for piece in pieces:
            if not 0 <= piece.start <= piece.end <= len(word):
                problem = f"{stage} gave {piece!r} for {word!r}"
                raise ConfigError(f"{problem}; a piece lies between 0 and the length of its word, {len(word)}")
    else:
        texts = list(map(str, outcome))
        if "".join(texts) == word:
            ends = list(accumulate(map(len, texts)))
            pieces = list(map(Piece, texts, [0, *ends], ends))
        else:
            pieces = [Piece(text, 0, len(word)) for text in texts]
    if not all(piece.text for piece in pieces):
        raise empty_token(stage, word)
    return pieces


def empty_token(stage: object, word: str) -> ConfigError:
    """The error for a stage that leaves nothing of a word, or of a piece of it, and yet does not drop it."""
    problem = f"{type(stage).__name__} gave an empty token for {word!r}"
    return ConfigError(f"{problem}; a stage drops a word by None (null in an array), and leaves empty pieces out")


def spelt_alike(one: str, other: str) -> bool:
    """Whether two strings are the same letter by letter, but for the case of the letters.

    So a place in the one is the same place in the other, which equal lengths alone do not tell: `ß,xe` and `ss,x`.
    """
    if one == other or len(one) != len(other):
        return one == other
    if one.isascii() and other.isascii():
        return one.lower() == other.lower()
    return all(map(_same_letter, one, other))


def _same_letter(one: str, other: str) -> bool:
    return one == other or one.casefold() == other.casefold()
