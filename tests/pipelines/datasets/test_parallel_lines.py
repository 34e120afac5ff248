import pytest

from pipelines.datasets.parallel_lines import parallel_lines
from textprep.errors import InputError
from textprep.readers.bad_row import BadRow
from textprep.readers.row import Row


def rows_of(save, first_data, second_data, first="p.en", second="p.de"):
    files = save(first, first_data), save(second, second_data)
    return list(parallel_lines(*files, "utf-8").rows)


def test_lines_belong_together_by_their_numbers(save):
    rows = rows_of(save, b"a dog\n \nthe cat\r\n", b"ein Hund\n\t\ndie\xc2\x85 Katze", second="p.de.gz")
    assert [(row.line, *row.values.values()) for row in rows] == [
        (1, "a dog", "ein Hund"),
        (3, "the cat", "die\x85 Katze"),  # no line ends there
    ]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (b"a\nb\n", b"A\n", r"u\.de:2: ends after 1 lines, where .*u\.en has 2; .* line by line"),
        (b"a\n", b"A\nB\nC\nD", r"u\.en:2: ends after 1 lines, where .*u\.de has 4"),
        (b"", b"A\n", r"u\.en:1: ends after 0 lines, where .*u\.de has 1"),
        (b"a\n\n", b"A\n", r"u\.de:2: ends after 1 lines, where .*u\.en has 2"),
    ],
)
def test_unequal_numbers_of_lines_say_where_one_ends(save, first, second, message):
    with pytest.raises(InputError, match=message):
        rows_of(save, first, second, first="u.en", second="u.de")


def test_a_line_that_cannot_be_used_is_that_of_its_file(save):
    good, blank, undecodable = rows_of(save, b"a\n \nc", b"A\nB\n\xff")
    assert isinstance(good, Row)
    assert isinstance(blank, BadRow)
    assert (blank.file.endswith("p.en"), blank.line, blank.raw) == (True, 2, b" \tB")
    assert blank.reason.startswith("the line is empty, and that of ")
    assert (undecodable.file.endswith("p.de"), undecodable.line, undecodable.raw) == (True, 3, b"\xff")
