import math
import sys
from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from seqmodels.metrics.translation import bleu, chrf
from textprep.errors import ConfigError, InputError

SENTENCE = st.lists(st.sampled_from("a b c d e".split()), min_size=1, max_size=9).map(" ".join)


def runs(units, length):
    return Counter(tuple(units[i : i + length]) for i in range(len(units) - length + 1))


def plain_bleu(translations, *references):
    """As Papineni et al. write it, with sacrebleu's rule for the lengths without a hit: 1/2, 1/4, 1/8, ... hits."""
    logs, smooth = [], 1.0
    for length in range(1, 5):
        hits = total = 0
        for number, said in enumerate(translations):
            found, best = runs(said.split(), length), Counter()
            for texts in references:
                best |= runs(texts[number].split(), length)
            hits += (found & best).total()
            total += found.total()
        if total == 0 or (length == 1 and hits == 0):
            return 0.0
        if hits == 0:
            smooth *= 2
        logs.append(math.log((hits or 1 / smooth) / total))
    said = sum(len(text.split()) for text in translations)
    wanted = 0
    for number, text in enumerate(translations):
        lengths = [len(texts[number].split()) for texts in references]
        wanted += min(lengths, key=lambda length: (abs(length - len(text.split())), length))
    return 100 * min(1.0, math.exp(1 - wanted / said)) * math.exp(sum(logs) / 4)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(SENTENCE, SENTENCE, SENTENCE), min_size=1, max_size=5))
def test_bleu_is_that_of_the_paper(rows):
    said, first, second = (list(column) for column in zip(*rows, strict=True))
    assert bleu(said, first, tokens="none").score == pytest.approx(plain_bleu(said, first))
    assert bleu(said, first, second, tokens="none").score == pytest.approx(plain_bleu(said, first, second))


def test_chrf_of_one_pair():
    # Worked by hand: of "abc" against "abd" 2 of 3 characters, 1 of 2 pairs and 0 of 1 triples are right.
    mean = (2 / 3 + 1 / 2 + 0) / 3  # precision and recall alike, and so F2
    assert chrf(["abc"], ["abd"]).score == pytest.approx(100 * mean)
    assert chrf(["a b c"], ["abc"]).score == 100  # spaces are no characters
    assert chrf(["a b c"], ["abc"], words=2).score < 100


def test_the_signature_says_how_it_was_counted():
    assert "case:mixed" in bleu(["A"], ["a"]).signature
    assert "tok:13a" in bleu(["A"], ["a"]).signature
    assert "case:lc" in bleu(["A"], ["a"], lowercase=True).signature
    assert "nrefs:2" in bleu(["A"], ["a"], ["b"]).signature
    assert "tok:char" in bleu(["A"], ["a"], tokens="char").signature
    assert "nw:2" in chrf(["A"], ["a"], words=2).signature
    assert chrf(["A"], ["a"]).score < chrf(["A"], ["a"], lowercase=True).score == 100


@pytest.mark.parametrize(
    ("translations", "references", "message"),
    [
        ([], [[]], "there are no translations"),
        (["a", "b"], [["a"]], "reference 1 has 1 texts for 2 translations"),
        (["a"], [["a"], ["a", "b"]], "reference 2 has 2 texts for 1 translations"),
        (["a"], [], "reference 1 has 0 texts"),
    ],
)
def test_sides_that_do_not_belong_together(translations, references, message):
    for measure in (bleu, chrf):
        with pytest.raises(InputError, match=message):
            measure(translations, *references)


def test_without_sacrebleu_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(ConfigError, match=r"textmill\[all\]"):
        bleu(["a"], ["a"])


def test_an_unknown_cut():
    with pytest.raises(ConfigError, match="did you mean '13a'"):
        bleu(["a"], ["a"], tokens="13")
