"""Where pieces stand in their word."""

import pytest

from textprep import ConfigError, Piece
from textprep.pieces import placed_pieces


@pytest.mark.parametrize(
    ("outcome", "spans"),
    [
        (("ab", "c"), [(0, 2), (2, 3)]),
        (("abc",), [(0, 3)]),
        (("ab", "##c"), [(0, 3), (0, 3)]),
        ((Piece("ab", 0, 2), Piece("##c", 2, 3)), [(0, 2), (2, 3)]),
        ((Piece("x", 1, 1), "y"), [(1, 1), (0, 3)]),
        ((), []),
    ],
)
def test_places(outcome: tuple[str | Piece, ...], spans: list[tuple[int, int]]) -> None:
    found = placed_pieces("stage", "abc", outcome)
    assert [(piece.start, piece.end) for piece in found] == spans
    assert [piece.text for piece in found] == [piece.text if isinstance(piece, Piece) else piece for piece in outcome]


@pytest.mark.parametrize("piece", [Piece("x", -1, 2), Piece("x", 2, 4), Piece("x", 2, 1)])
def test_a_piece_outside_of_its_word(piece: Piece) -> None:
    with pytest.raises(ConfigError, match=r"stage gave .* for 'abc'; a piece lies between 0 and the length"):
        placed_pieces("stage", "abc", (piece,))
