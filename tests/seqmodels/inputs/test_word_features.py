import json

import pytest
from hypothesis import given, strategies as st

from seqmodels.inputs.word_features import SHAPES, WordFeatures, learn_alphabet, word_shape
from textprep.errors import ConfigError

WORDS = ["<pad>", "<unk>", "the", "Paris", "paris", "0000", "b-00"]


def test_look_up_is_exact_then_lower_then_unknown():
    table = WordFeatures(WORDS)(["Paris", "PARIS", "The", "Rome", "1996"])
    assert table.words.tolist() == [3, 4, 2, 1, 1]


def test_digits_are_tried_as_zeros_when_asked():
    table = WordFeatures(WORDS, digits_to_zero=True)(["1996", "0000", "B-52", "1997x"])
    assert table.words.tolist() == [5, 5, 6, 1]


def test_the_word_pad_in_a_text_is_not_padding():
    assert WordFeatures(WORDS)(["<pad>", "<unk>"]).words.tolist() == [1, 1]


def test_characters_are_capped_padded_and_known_by_the_alphabet():
    table = WordFeatures(WORDS, alphabet="cab", max_chars=4)(["abc", "", "z", "abcab"])
    assert table.chars.tolist() == [[3, 4, 2, 0], [0, 0, 0, 0], [1, 0, 0, 0], [3, 4, 2, 3]]


def test_no_alphabet_means_no_characters():
    assert WordFeatures(WORDS)(["abc", "d"]).chars.shape == (2, 0)
    assert WordFeatures(WORDS, alphabet="a")([]).chars.shape == (0, 0)


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=()), max_size=6)), st.text("abcé😀"))
def test_characters_equal_the_plain_loop(words, letters):
    alphabet = "".join(dict.fromkeys(letters))
    chars = WordFeatures(WORDS, alphabet=alphabet, max_chars=5)(words).chars
    plain = [[alphabet.index(c) + 2 if c in alphabet else 1 for c in word[:5]] for word in words]
    if alphabet:
        assert [[i for i in row if i] for row in chars.tolist()] == plain


def test_survives_json():
    features = WordFeatures(WORDS, alphabet="aé", max_chars=7, digits_to_zero=True)
    again = WordFeatures.from_dict(json.loads(json.dumps(features.to_dict())))
    assert again.to_dict() == features.to_dict()
    for old, new in zip(features(["é1", "Paris"]), again(["é1", "Paris"]), strict=True):
        assert old.tolist() == new.tolist()


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("word", "lower"),
        ("USA", "upper"),
        ("A", "upper"),
        ("Paris", "title"),
        ("McDonald", "mixed"),
        ("1996", "number"),
        ("3.5", "number"),
        ("B-52", "digits"),
        ("--", "other"),
        ("", "other"),
    ],
)
def test_shapes(word, shape):
    assert SHAPES[word_shape(word)] == shape


def test_select_cuts_characters_to_the_longest_word_left():
    table = WordFeatures(WORDS, alphabet="abcdef")(["abcdef", "ab", "c"])
    part = table.select(table.words.new_tensor([2, 1]))
    assert part.chars.tolist() == [[4, 0], [2, 3]]


def test_alphabet_is_sorted_by_frequency():
    assert learn_alphabet(["aab", "bac", "ca"], min_count=2) == "abc"


@pytest.mark.parametrize(
    "wrong", [{"words": ["a", "b"]}, {"words": WORDS, "alphabet": "aa"}, {"words": WORDS, "max_chars": 0}]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ConfigError):
        WordFeatures(**wrong)
