"""Lemmas by part of speech: beside spaCy's rule lemmatizer, and with tags of both tag sets."""

from pathlib import Path

import pytest
import spacy
from hypothesis import given, strategies as st
from spacy.tokens import Doc

from textprep import ConfigError, Contractions, Lemma, Lower, Pipeline, Stem, TaggedLemma, Tags, WhiteSpace


@pytest.mark.parametrize(
    ("word", "lemmas"),
    [
        ("saw", {"NOUN": "saw", "VERB": "see", "NN": "saw", "VBD": "see"}),
        ("better", {"ADJ": "good", "ADV": "well", "JJR": "good", "RBR": "well"}),
        ("meeting", {"NOUN": "meeting", "VERB": "meet", "NN": "meeting", "VBG": "meet"}),
        ("was", {"AUX": "be", "VERB": "be", "VBD": "be"}),
        ("Leaves", {"NOUN": "leaf", "VERB": "leave", "NNS": "leaf", "PROPN": "Leaves", "NNPS": "Leaves"}),
        ("process", {"NOUN": "process", "VERB": "process", "VBP": "process"}),
        ("are", {"VBP": "be", "AUX": "be"}),
        ("N’T", {"PART": "not", "RB": "not"}),
        ("wo", {"AUX": "will", "MD": "will"}),
        ("her", {"PRP": "she", "PRP$": "her"}),
        ("Those", {"DET": "that", "PRON": "that", "DT": "that"}),
        ("(", {"-LRB-": "(", "PUNCT": "(", "": "("}),
        ("Of", {"IN": "of", "ADP": "of"}),
    ],
)
def test_lemmas(word: str, lemmas: dict[str, str]) -> None:
    assert TaggedLemma().map_pairs([word] * len(lemmas), list(lemmas)) == list(lemmas.values())


ENDINGS = st.sampled_from(["", "s", "es", "ed", "ing", "er", "est", "ies", "ied", "ses", "men", "ves", "ly"])
STEMS = st.sampled_from("cat match wife happi run see go big quick walk bus deci wo hop process tax".split())
PARTS = st.sampled_from(["NOUN", "VERB", "ADJ", "ADV"])
NLP = spacy.blank("en")


@given(st.lists(st.tuples(st.builds(str.__add__, STEMS, ENDINGS), PARTS), min_size=1))
def test_as_spacy_where_that_gives_known_words(pairs: list[tuple[str, str]]) -> None:
    lemmatizer = NLP.get_pipe("lemmatizer") if NLP.pipe_names else NLP.add_pipe("lemmatizer", config={"mode": "rule"})
    if not lemmatizer.lookups.tables:
        lemmatizer.initialize()
    words, parts = zip(*pairs, strict=True)
    for token, lemma in zip(Doc(NLP.vocab, words=words, pos=parts), TaggedLemma().map_pairs(words, parts), strict=True):
        theirs = lemmatizer.rule_lemmatize(token)
        index = lemmatizer.lookups.get_table("lemma_index")[token.pos_.lower()]
        known = [form for form in theirs if form in index]
        assert lemma == theirs[0] if len(known) == 1 else lemma in {*theirs, token.text}


def tagger(sentences: list[list[str]]) -> list[list[str]]:
    """Tags a word as a verb behind "to" and "I"."""
    return [
        ["VERB" if k and words[k - 1].lower() in ("to", "i") else "NOUN" for k in range(len(words))]
        for words in sentences
    ]


def test_in_a_pipeline() -> None:
    text = "I saw SAWS to meeting meeting"
    tokens = Pipeline(WhiteSpace(), Tags(tagger), Lower(), TaggedLemma())([text])
    assert tokens[0] == ["i", "see", "saw", "to", "meet", "meeting"]
    assert [text[a:b] for a, b in tokens.spans(0)] == text.split()
    assert tokens.tags("pos", 0) == tagger([text.split()])[0]


def test_layers_go_through_contractions() -> None:
    prep = Pipeline(WhiteSpace(), Tags(tagger), Contractions(), TaggedLemma())
    assert prep(["I don't"])[0] == ["i", "do", "not"]


def test_another_language() -> None:
    assert TaggedLemma("fr").map_pairs(["maisons", "suis", "suis"], ["NOUN", "AUX", "VERB"])[:2] == ["maison", "être"]
    assert TaggedLemma("it").map_pairs(["case", "Roma"], ["NOUN", "PROPN"]) == ["casa", "Roma"]


def test_saved_and_loaded(tmp_path: Path) -> None:
    prep = Pipeline(
        WhiteSpace(), Contractions(informal=True), Lemma(("fr", "en")), Stem("lancaster"), TaggedLemma("sv")
    )
    prep.save(tmp_path)
    assert Pipeline.load(tmp_path) == prep


def test_errors() -> None:
    with pytest.raises(ConfigError, match="unknown part-of-speech tag 'NOUNS'; did you mean 'NOUN'"):
        TaggedLemma().map_pairs(["a"], ["NOUNS"])
    with pytest.raises(ConfigError, match="language of lemmas"):
        TaggedLemma("zz")
    with pytest.raises(ConfigError, match="no layer is named"):
        TaggedLemma(layer="")
    with pytest.raises(ConfigError, match="no layer 'pos'"):
        Pipeline(WhiteSpace(), TaggedLemma())(["a"])
