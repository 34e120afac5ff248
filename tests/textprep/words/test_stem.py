"""Stems against NLTK's implementations of the same published algorithms, and Porter's against PyStemmer's too."""

import unicodedata

import pytest
import Stemmer
from hypothesis import example, given, strategies as st
from nltk.stem import LancasterStemmer, PorterStemmer, SnowballStemmer

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
    stems = Stemmer.Stemmer("porter", 0).stemWords(words)
    assert Stem("porter").map_words(words) == [stem or word for stem, word in zip(stems, words, strict=True)]
    assert Stem("porter", empty="drop").map_words(words) == [stem or None for stem in stems]


LANCASTER_SUFFIXES = [
    *SUFFIXES,
    *"""
    ia a bb ytic ic nc dd ied ceed eed hood lief if iag ag gg th guish ish i ij fuj uj oj hej verj misj nj ifiabl iabl
    abl ibl bil cl iful ul ial ual ll ium um ism mm sion xion ian an een en nn ship pp ear ar or ur rr tr ier sis is
    ss us plicat at ript orpt duct sumpt cept olut sist ist iqu ogu siv eiv iv bly ily ply ly ogy phy omy opy ety lty
    istry ary ory ify ncy acy iz yz
    """.split(),
]


@given(st.lists(st.builds("".join, st.tuples(ROOTS, *[st.sampled_from(["", *LANCASTER_SUFFIXES])] * 3))))
@example(
    ["", "a", "don't", "don’t", "s'ss", "étés", "naïveness", "re’ment", "日s", "a日is", "owed", "string", "cement"]
)
def test_lancaster(words: list[str]) -> None:
    words = [unicodedata.normalize("NFC", word.lower()) for word in words]  # the oracle lower-cases
    oracle = LancasterStemmer()
    assert Stem("lancaster").map_words(words) == [oracle.stem(word) for word in words]


NOTHING_LEFT = {
    "arabic": "ـ", "dutch": "'s", "english": "''s", "estonian": "'", "finnish": "'", "greek": "ικά", "irish": "m'",
    "lithuanian": "'", "nepali": "को", "porter": "s", "turkish": "''",
}  # fmt: skip


@pytest.mark.parametrize("algorithm", Stemmer.algorithms())
def test_no_stemmer_gives_an_empty_word(algorithm: str) -> None:
    words = [*NOTHING_LEFT.values(), *map(chr, range(0xE0, 0xC00)), *SUFFIXES]
    stems = Stemmer.Stemmer(algorithm, 0).stemWords(words)
    assert algorithm not in NOTHING_LEFT or stems[words.index(NOTHING_LEFT[algorithm])] == ""
    assert Stem(algorithm).map_words(words) == [stem or word for stem, word in zip(stems, words, strict=True)]
    assert Stem(algorithm, empty="drop").map_words(words) == [stem or None for stem in stems]


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


def test_a_word_of_which_nothing_is_left() -> None:
    text = "the s is cut"
    assert Pipeline(Words(), Stem("porter"))([text])[0] == ["the", "s", "i", "cut"]
    dropped = Pipeline(Words(), Stem("porter", empty="drop"))([text])
    assert dropped[0] == ["the", "i", "cut"]
    assert [text[a:b] for a, b in dropped.spans(0)] == ["the", "is", "cut"]


def test_languages_by_their_codes() -> None:
    words = "häuser kategorien aufeinander".split()
    assert Stem("de").map_words(words) == Stem("german").map_words(words) != words


def test_options_that_do_not_exist() -> None:
    with pytest.raises(ConfigError, match="give 'keep' or 'drop'"):
        Stem(empty="")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="did you mean 'english'"):
        Stem("englsh")
