from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from textprep.recipes import open_recipe
from textprep.sentences import CLOSING, TRAILING, sentence_offsets, with_sentences
from textprep.texts import Texts


def split(texts: list[str], recipe: str = "treebank", max_tokens: int = 400) -> list[str]:
    """The sentences, each with its tokens parted by spaces."""
    tokens = open_recipe(recipe)(texts)
    offsets = sentence_offsets(Texts.of(texts), tokens, max_tokens)
    words = [tokens.words[code] for code in tokens.codes]
    return [" ".join(words[a:b]) for a, b in zip(offsets, offsets[1:], strict=False)]


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("He left. She stayed.", ["He left .", "She stayed ."]),
        ("Dr. Smith of the U.S. Army came. OK", ["Dr. Smith of the U.S. Army came .", "OK"]),
        ('He said "no." Then left.', ['He said " no . "', "Then left ."]),
        ('He left. "Go," she said. "Fine."', ["He left .", '" Go , " she said .', '" Fine . "']),
        ('He left.\n"Go," she said.', ["He left .", '" Go , " she said .']),
        ("Wow!! Really?!? Yes", ["Wow ! !", "Really ? ! ?", "Yes"]),
        ("(He came.) She went.", ["( He came . )", "She went ."]),
        ("He came (why?). She went.", ["He came ( why ? ) .", "She went ."]),
        ("Well... maybe. 3 of us.", ["Well ... maybe .", "3 of us ."]),
        ("He left . She stayed .", ["He left .", "She stayed ."]),
        ("one\ntwo\n\n three", ["one", "two", "three"]),
        ("one\r\nTwo", ["one", "Two"]),
        ("\n\nThe end\n", ["The end"]),
        ("Yahoo! said so", ["Yahoo ! said so"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_by_hand(text, sentences):
    assert split([text]) == sentences


def test_other_scripts():
    assert split(["他来了。她走了！"], "words") == ["他 来 了 。", "她 走 了 ！"]


def test_a_document_begins_a_sentence_and_its_first_quote_is_its_own():
    assert split(["He left.", '"Go on', "", "and on"]) == ["He left .", '" Go on', "and on"]
    # The span of the quote continues that of the last token of the document before.
    assert split(["Hi.", '   "Go on'], "words") == ["hi .", '" go on']


@pytest.mark.parametrize("max_tokens", [1, 2, 3, 5])
def test_a_long_sentence_is_cut(max_tokens):
    text = "a b c d e\nf g h"
    rows = ["a b c d e".split(), "f g h".split()]
    pieces = [" ".join(row[k : k + max_tokens]) for row in rows for k in range(0, len(row), max_tokens)]
    assert split([text], "white_space", max_tokens) == pieces


def brute_force(texts: list[str], spans: list[list[tuple[int, int]]]) -> list[int]:
    """The same rules, token by token."""
    begins = []
    count = 0
    for text, row in zip(texts, spans, strict=True):
        closed = False
        for k, (start, end) in enumerate(row):
            word = text[start:end]
            before = row[k - 1][1] if k else 0
            mark = set(word) <= CLOSING or word in TRAILING
            joined = k > 0 and mark and start == before
            new_line = "\n" in text[before:start]
            if k == 0 or new_line or (closed and not joined and not word[0].islower()):
                begins.append(count)
            closed = set(word) <= CLOSING or (closed and joined)
            count += 1
    return [*begins, count]


@settings(deadline=None)
@given(st.lists(st.text('aA.!?"…) \n', max_size=14), max_size=4), st.sampled_from(["treebank", "words"]))
def test_brute_force(texts, recipe):
    pipeline = open_recipe("treebank")
    tokens = pipeline(texts)
    offsets = sentence_offsets(Texts.of(texts), tokens, 400)
    assert offsets.tolist() == brute_force(texts, [tokens.spans(k) for k in range(len(texts))])


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=4), st.integers(1, 4))
def test_offsets_rise_strictly_and_keep_within_documents(texts, max_tokens):
    tokens = open_recipe("words")(texts)
    offsets = sentence_offsets(Texts.of(texts), tokens, max_tokens)
    assert offsets[0] == 0
    assert offsets[-1] == tokens.count
    steps = np.diff(offsets)
    assert (steps > 0).all()
    assert (steps <= max_tokens).all()
    assert set(tokens.offsets) <= set(offsets)


def test_words_in_lower_case_open_sentences_if_they_stood_in_upper_case():
    texts = ["He <b>Left</b>. She stayed. so long. 3 left."]
    tokens = open_recipe("sentiment")(texts)
    assert with_sentences(Texts.of(texts), tokens, 400).sentence_lists() == [
        [["he", "left", "."], ["she", "stayed", ".", "so", "long", "."], ["3", "left", "."]]
    ]


def test_sentences_of_tokens():
    texts = ["He left. She stayed.", "", "No end"]
    tokens = with_sentences(Texts.of(texts), open_recipe("treebank")(texts), 400)
    assert tokens.sentence_lists() == [[["He", "left", "."], ["She", "stayed", "."]], [], [["No", "end"]]]
