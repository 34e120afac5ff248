"""Learning pieces from counts: as the library learns them from text, and the same in every process."""

import random
import subprocess
import sys
from collections import Counter
from itertools import product

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from textprep import WordCounts
from textprep.special_tokens import BERT
from textprep.subword import wordpiece_training
from textprep.subword.wordpiece_training import learned_pieces


def learn(counts: WordCounts, size: int = 300, characters: int = 1000) -> tuple[str, ...]:
    return learned_pieces(
        counts, size=size, min_count=2, max_characters=characters, special=BERT.spellings, continues="##"
    )


def of_words(words: dict[str, int]) -> WordCounts:
    counts = WordCounts()
    counts.add(words.keys(), words.values())
    return counts


def test_as_the_library_learns_from_text() -> None:
    rng = random.Random(7)
    # Words of two letters and different counts, so that no two pairs are equally frequent: there the library's choice
    # differs from run to run.
    counts = rng.sample(range(1, 500), 49)
    words = {a + b: count for (a, b), count in zip(product("abcdefé", repeat=2), counts, strict=True)}
    reference = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    reference.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.WordPieceTrainer(vocab_size=45, special_tokens=list(BERT.spellings), show_progress=False)
    reference.train_from_iterator([" ".join([word] * count) for word, count in words.items()], trainer)
    pieces = learn(of_words(words), size=45)
    assert pieces[:5] == BERT.spellings
    assert len(pieces) == 45
    assert set(pieces) == set(reference.get_vocab())


def test_the_first_pair_is_the_most_frequent() -> None:
    pieces = learn(of_words({"ab": 5, "abab": 3, "cd": 7}), size=16)
    assert pieces == (*BERT.spellings, "a", "b", "c", "d", "##a", "##b", "##d", "ab", "cd", "##ab", "abab")


def test_the_same_in_every_process() -> None:
    code = (
        "from textprep import WordCounts\n"
        "from textprep.subword.wordpiece_training import learned_pieces\n"
        "counts = WordCounts()\n"
        "counts.add([f'{a}{b}{c}' for a in 'abcdef' for b in 'abcdef' for c in 'xyz'], [1] * 108)\n"
        "print(learned_pieces(counts, size=60, min_count=1, max_characters=99, special=['[UNK]'], continues='##'))"
    )
    assert len({subprocess.check_output([sys.executable, "-c", code]) for _ in range(3)}) == 1


def test_rare_characters_are_left_out() -> None:
    counts = of_words({"ab": 9, "ba": 5, "axb": 1, "é": 2, "a\0b": 4})
    assert learn(counts, characters=3)[5:9] == ("a", "b", "é", "##a")  # there is no x and no word with U+0000
    assert "é" not in "".join(learn(counts, characters=2))


def test_large_counts_are_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Counter({"abc": 10_000, "abd": 6_000, "xy": 3_000, "xyz": 2})
    whole = learn(of_words(words))
    monkeypatch.setattr(wordpiece_training, "TOKENS", 500)
    monkeypatch.setattr(wordpiece_training, "STRETCH", 64)
    stretches = list(wordpiece_training._stretches(words.most_common(), 500 / words.total()))
    assert max(map(len, stretches)) <= 64
    counts = Counter(word for stretch in stretches for word in stretch.split("\0") if word)
    assert counts == {word: max(1, round(count * 500 / words.total())) for word, count in words.items()}
    assert learn(of_words(words)) == whole
