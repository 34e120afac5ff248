from __future__ import annotations

from itertools import groupby

from hypothesis import given, strategies as st

from pipelines.datasets.sentence_lines import sentence_lines


@given(st.lists(st.sampled_from(["", " \t", "a b", "\u2028", "\x0b", "c"])), st.sampled_from(["\n", "\r\n"]))
def test_runs_of_lines_between_blank_ones(save, lines, end):
    path = save("runs.txt", "".join(line + end for line in lines).encode())
    numbered = groupby(enumerate(lines, 1), key=lambda pair: bool(pair[1].strip(" \t")))
    expected = [list(run) for full, run in numbered if full]
    found = list(sentence_lines(path, "utf-8"))
    assert [sentence.first for sentence in found] == [run[0][0] for run in expected]
    assert [[line.decode() for line in sentence.lines] for sentence in found] == [
        [line for _, line in run] for run in expected
    ]
