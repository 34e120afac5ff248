"""Stems against NLTK's implementations of the same published algorithms, and Porter's against PyStemmer's too."""

import pytest
import Stemmer
from hypothesis import example, given, strategies as st
from nltk.stem import PorterStemmer, SnowballStemmer

from textprep import ConfigError, Pipeline, Stem, Words

WORDS = """
abilities agreed argument arguing bled caresses caring cats cement communism conditional connect connected connecting
connection connections controlling daily defensible digitizer dying effective electrical falling feed filing fizzed
flies formality generalization generate generously goodness gyroscopic happy hesitancy hopping hopeful hoping
inference irritant knitting lying meeting meetings motoring national news operator oscillators plastered ponies
predication radically rate rational relational replacement revival roll sensational singing sized skies sky tanned
ties traditional triplicate troubled university vietnamization yelling
""".split()


def test_porter_is_the_algorithm_of_1980() -> None:
    oracle = PorterStemmer(PorterStemmer.MARTIN_EXTENSIONS)
    # Martin Porter's own extensions are not part of the published algorithm: -logi, -bli, and words of two letters.
    words = [word for word in WORDS if not word.endswith(("bly", "logy"))]
    assert Stem("porter").map_words(words) == [oracle.stem(word) for word in words]


SUFFIXES = """
s es ies ss ed eed ing at ated bl bling iz izing tt tting ational tional enci anci izer abli alli entli eli ousli
ization ation ator alism iveness fulness ousness aliti iviti biliti icate ative alize iciti ical ful ness al ance
ence er ic able ible ant ement ment ent ion sion tion ou ism ate iti ous ive ize e ll le y Y
""".split()
ROOTS = st.text("aeiouybcdlmnrstwxzé日Y'", max_size=6)


@given(st.lists(st.builds("".join, st.tuples(ROOTS, st.sampled_from(SUFFIXES), st.sampled_from(["", *SUFFIXES])))))
@example(["", "s", "ed", "ing", "e", "l", "bloße", "guées", "sYs"])
def test_porter_is_that_of_snowball(words: list[str]) -> None:
    assert Stem("porter").map_words(words) == Stemmer.Stemmer("porter", 0).stemWords(words)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("english", [word for word in WORDS if word != "university"]),  # newer than NLTK's: now an exception
        ("german", "aufeinander häuser kategorien katers lebendigkeit schönes silbernen".split()),
        ("french", "continuellement majestueusement nationalités chantaient grandes".split()),
        ("spanish", "cheques chicharrones torneadas corriendo".split()),
        ("russian", "важнейшими валяется взволнованный книгами".split()),
    ],
)
def test_snowball(language: str, words: list[str]) -> None:
    oracle = SnowballStemmer(language)
    assert Stem(language).map_words(words) == [oracle.stem(word) for word in words]


def test_spans_stay_those_of_the_words() -> None:
    text = "running horses"
    tokens = Pipeline(Words(), Stem())([text])
    assert tokens[0] == ["run", "hors"]
    assert [text[a:b] for a, b in tokens.spans(0)] == ["running", "horses"]


def test_an_unknown_algorithm() -> None:
    with pytest.raises(ConfigError, match="did you mean 'english'"):
        Stem("englsh")
