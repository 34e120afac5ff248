"""The table of properties, against what Python itself knows about characters."""

import unicodedata

from textprep.unicode.word_break import CLASS_BITS, CLASSES, FLAGS, word_break_table

TABLE = word_break_table()


def test_white_space_is_what_python_calls_space() -> None:
    separators = "\x1c\x1d\x1e\x1f"  # spaces to Python only
    white = {chr(k) for k in range(len(TABLE)) if TABLE[k] & FLAGS["White_Space"]}
    assert white == {chr(k) for k in range(len(TABLE)) if chr(k).isspace()} - set(separators)


def test_what_python_takes_in_names_continues() -> None:
    """The other way round does not hold: newer versions of Unicode than Python's have added characters."""
    named = [
        k for k in range(len(TABLE)) if ("a" + chr(k)).isidentifier() and unicodedata.is_normalized("NFKC", chr(k))
    ]
    assert all(TABLE[k] & FLAGS["XID_Continue"] for k in named)


def test_decimal_digits_are_numeric() -> None:
    numeric = CLASSES.index("Numeric")
    digits = [k for k in range(len(TABLE)) if unicodedata.category(chr(k)) == "Nd" and not 0xFF10 <= k <= 0xFF19]
    assert all(TABLE[k] & CLASS_BITS == numeric for k in digits)


def test_the_table_cannot_be_changed() -> None:
    assert not TABLE.flags.writeable
