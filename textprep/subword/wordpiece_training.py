"""Learning WordPiece's pieces from word counts, by the trainer of the `tokenizers` library.

The trainer takes text, not counts: each word is given as often as it was counted. It numbers the characters in an order
that differs from run to run and lets that decide between pairs that are equally frequent. They are therefore chosen and
numbered here, so that the same counts give the same pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from textprep.extras import missing_part
from textprep.word_counts import WordCounts

TOKENS = 1 << 25  # that the trainer reads at most; larger counts are divided, which keeps their proportions
DELIMITER = "\0"
LEFT_OUT = (DELIMITER, "\n", "\r")  # the last two have no place in a file with a piece a line
STRETCH = 1 << 20  # characters that are given to the trainer at once, at most


def learned_pieces(
    counts: WordCounts, *, size: int, min_count: int, max_characters: int, special: Sequence[str], continues: str
) -> tuple[str, ...]:
    """The special tokens, the characters, then the pieces in the order in which they were learned.

    Args:
        counts: How often each word occurs. Words with U+0000 or a line end among their characters are left out.
        size: How many pieces in all, if the characters are fewer.
        min_count: Two pieces are joined to one if they stand together at least so often.
        max_characters: How many different characters, the most frequent ones.
        special: Pieces that stand for no part of a word.
        continues: What a piece begins with that does not begin a word.

    Raises:
        ConfigError: `tokenizers` is not installed.
    """
    try:
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    except ImportError as error:
        raise missing_part(error) or error from None

    words = [(word, count) for word, count in counts.most_common() if not any(each in word for each in LEFT_OUT)]
    share = min(1.0, TOKENS / max(counts.tokens, 1))
    alphabet = _alphabet(words, max_characters, continues)
    tokenizer = Tokenizer(models.WordPiece(unk_token=special[0], continuing_subword_prefix=continues))
    tokenizer.pre_tokenizer = pre_tokenizers.CharDelimiterSplit(DELIMITER)
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        min_frequency=max(1, round(min_count * share)),
        special_tokens=list(dict.fromkeys([*special, *alphabet])),
        limit_alphabet=0,
        continuing_subword_prefix=continues,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_stretches(words, share), trainer)
    ids: dict[str, int] = tokenizer.get_vocab()
    return tuple(sorted(ids, key=ids.__getitem__))


def _alphabet(words: Sequence[tuple[str, int]], most: int, continues: str) -> list[str]:
    """The most frequent characters, then those of them that continue words, in the order of code points."""
    counts: Counter[str] = Counter()
    later: set[str] = set()
    for word, count in words:
        for character in word:
            counts[character] += count
        later.update(word[1:])
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    chosen = sorted(character for character, _ in ranked[:most])
    return chosen + [continues + character for character in chosen if character in later]


def _stretches(words: Sequence[tuple[str, int]], share: float) -> Iterator[str]:
    """The words as often as they were counted, in strings of bounded length."""
    for word, count in words:
        left = max(1, round(count * share))
        at_once = max(1, STRETCH // (len(word) + 1))
        while left > 0:
            yield (word + DELIMITER) * min(left, at_once)
            left -= at_once
