from __future__ import annotations

import warnings

import pytest

from pipelines.datasets import read_conll
from textprep.errors import InputError, InputWarning

GOOD = b"a B-PER\nb I-PER\nc O\n\n" * 100
ODD = b"x O\ny I-PER\nz I-PER\n\n"


def test_a_tag_out_of_place_is_repaired_counted_and_named(save):
    path = save("odd.conll", GOOD + ODD + GOOD)
    with pytest.warns(
        InputWarning, match=r"odd\.conll: 1 tag stands where IOB2 allows none such \(line 402\); .*strict"
    ) as told:
        read = read_conll(path)
    assert len(told) == 1
    assert told[0].filename.endswith(__name__.rpartition(".")[2] + ".py")
    assert read.repairs == (402,)
    assert read.tags[100] == ["O", "B-PER", "I-PER"]
    assert (len(read), read.lines[100]) == (201, 401)


def test_of_many_repairs_the_first_lines_are_named(save):
    with pytest.warns(InputWarning, match=r": 7 tags stand .*\(line 2, 6, 10, 14, 18 and on\)"):
        read = read_conll(save("many.conll", ODD * 7 + GOOD * 4))
    assert read.repairs == (2, 6, 10, 14, 18, 22, 26)


def test_strict_reading_refuses_or_sets_aside(save):
    path = save("strict.conll", GOOD + ODD)
    with pytest.raises(InputError, match=r"strict.conll:402: not IOB2: I-PER cannot follow O"):
        read_conll(path, strict=True)
    bad = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = read_conll(path, strict=True, on_bad_row=bad.append)
    assert (len(read), read.repairs) == (100, ())
    assert [(row.line, row.raw) for row in bad] == [(402, ODD.strip())]


def test_what_is_no_tag_is_refused_even_so(save):
    path = save("none.conll", GOOD + b"x O\ny PER\n\n" + GOOD)
    with pytest.raises(InputError, match=r"none.conll:402: not IOB2: 'PER' is not a tag"):
        read_conll(path)
    bad = []
    read = read_conll(path, on_bad_row=bad.append)
    assert [row.line for row in bad] == [402]
    assert (len(read), read.lines[100]) == (200, 404)


def test_a_file_without_faults_has_no_repairs_and_no_warning(save):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_conll(save("good.conll", GOOD)).repairs == ()
