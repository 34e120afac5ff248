"""The pieces that words are cut into: the longest one that fits at a place, and their file with a piece a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textprep.errors import ArtifactError

FILE = "vocab.txt"


class PieceTable:
    """Pieces, to be found by how a word goes on.

    Args:
        pieces: All of them.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.known = frozenset(pieces)
        self.most = max(map(len, self.known), default=0)

    def longest(self, word: str, start: int, before: str = "") -> str | None:
        """The longest piece that is spelt `before`, then as the word is from `start` on; None if there is none."""
        for end in range(min(len(word), start + self.most), start, -1):
            if (piece := before + word[start:end]) in self.known:
                return piece
        return None


def write_pieces(folder: Path, pieces: Iterable[str]) -> None:
    """Write `vocab.txt`."""
    text = "".join(piece + "\n" for piece in pieces)
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")


def read_pieces(file: Path) -> tuple[str, ...]:
    """The pieces of a `vocab.txt`, in its order.

    Raises:
        ArtifactError: The file is missing or damaged.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{file}: cannot be read ({error}); save it again, or give another file") from None
    pieces = tuple(text.removesuffix("\n").split("\n")) if text else ()
    if not pieces or "" in pieces or len(set(pieces)) != len(pieces):
        raise ArtifactError(f"{file}: is empty, or has an empty line or a piece twice; give one piece a line")
    return pieces
