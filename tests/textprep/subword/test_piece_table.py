"""The longest piece that fits, against every piece tried."""

from hypothesis import given, strategies as st

from textprep.subword.piece_table import PieceTable

pieces = st.lists(st.text("ab#", min_size=1, max_size=4), max_size=8)


@given(pieces, st.text("ab", max_size=8), st.integers(0, 8), st.sampled_from(["", "##"]))
def test_the_longest_piece_is_found(known, word, start, before):
    goes_on = [piece for piece in known if piece.startswith(before) and len(piece) > len(before)]
    fitting = [piece for piece in goes_on if word[start:].startswith(piece[len(before) :])]
    assert PieceTable(known).longest(word, start, before) == max(fitting, key=len, default=None)
