"""Learning pieces from counts: as the library learns them from text, and the same in every process."""

import subprocess
import sys
from collections import Counter

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from textprep import Lower, Pipeline, WordCounts, Words
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


def test_as_the_library_learns_from_text(corpus: list[str]) -> None:
    """Pairs that are equally frequent are joined in another order, so the last pieces of the two may differ."""
    tokens = Pipeline(Lower(), Words())(corpus)
    pieces = learn(WordCounts.of(tokens))
    reference = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    reference.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.WordPieceTrainer(
        vocab_size=300, min_frequency=2, special_tokens=list(BERT.spellings), show_progress=False
    )
    reference.train_from_iterator([" ".join(words) for words in tokens], trainer)
    assert pieces[:5] == BERT.spellings
    assert len(pieces) == 300
    assert len(set(pieces) ^ set(reference.get_vocab())) <= 6


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
