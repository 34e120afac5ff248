from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipelines.datasets import read_multilabelled
from pipelines.datasets.label_lines import label_lines
from textprep.readers import BadRow
from textprep.readers.row import Row

WORD = st.sampled_from(["a", "b\u2028c", "__", "x\x0b", "#", "é"])


@given(
    st.lists(st.tuples(st.lists(WORD, max_size=3), WORD), min_size=1, max_size=5), st.sampled_from([" ", "\t", " \t "])
)
def test_lines_with_any_number_of_labels(save, rows, blank):
    lines = [blank.join([*(f"__label__{label}" for label in labels), text]) for labels, text in rows]
    table = label_lines(save("several.txt", "\n\n".join(lines).encode()), "utf-8", several=True)
    assert [(row.values["label"], row.values["text"]) for row in table.rows] == [(list(a), b) for a, b in rows]


def test_bad_lines_are_bad_rows_and_the_rest_goes_on(save):
    path = save("lines.txt", b"\xff a\n__label__x one\ny two\n__label__ three\n__label__z\n\n__label__x four \n")
    rows = list(label_lines(path, "utf-8").rows)
    assert [(row.line, row.raw) for row in rows if isinstance(row, BadRow)] == [
        (1, b"\xff a"),
        (3, b"y two"),
        (4, b"__label__ three"),
        (5, b"__label__z"),
    ]
    assert [row for row in rows if isinstance(row, Row)] == [
        Row(2, b"__label__x one", {"label": "x", "text": "one"}),
        Row(7, b"__label__x four ", {"label": "x", "text": "four "}),
    ]


@pytest.mark.parametrize(
    ("line", "reason"), [(b"__label__a __label__ x", "the label is empty"), (b"__label__a \t", "no text follows")]
)
def test_bad_lines_with_several_labels(save, line, reason):
    bad = []
    read = read_multilabelled(save("bad.txt", b"__label__a __label__b x\n" + line), on_bad_row=bad.append)
    assert (read.texts, read.labels, read.columns) == (["x"], [("a", "b")], None)
    assert [(row.line, row.raw) for row in bad] == [(2, line)]
    assert reason in bad[0].reason
