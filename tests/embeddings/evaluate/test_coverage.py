import pytest

from embeddings import Coverage


def test_the_report() -> None:
    coverage = Coverage(6, 2, {"CharNgrams": 1}, ("foo", "bar"), tokens=200, tokens_found=150)
    assert (coverage.words, coverage.found, coverage.zeros) == (10, 8, 1)
    assert (coverage.type_fraction, coverage.token_fraction) == (0.8, 0.75)
    assert str(coverage) == (
        "8 of 10 words found (80.0%, 75.0% of tokens)\n"
        "  as they stand         6   60.0%\n"
        "  lower-cased           2   20.0%\n"
        "  CharNgrams            1   10.0%\n"
        "  left at zero          1   10.0%\n"
        "not found: foo bar"
    )


def test_only_some_missing_words_are_shown() -> None:
    text = str(Coverage(0, 0, missing=tuple(map(str, range(1012)))))
    assert text.startswith("0 of 1,012 words found (0.0%)\n")
    assert text.endswith("not found: 0 1 2 3 4 5 6 7 8 9 … and 1,002 more")


def test_nothing_asked_for() -> None:
    assert str(Coverage(0, 0)) == "0 of 0 words found (100.0%)"
    assert Coverage(0, 0).token_fraction is None
    assert Coverage(0, 0, tokens=0, tokens_found=0).token_fraction == pytest.approx(1)
