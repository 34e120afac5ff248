"""The sample of hashes, against a set of the same hashes."""

import numpy as np
from hypothesis import given, strategies as st

from textprep.kernels.distinct import sample_words

MASK = 2**64 - 1


def hash_in_python(word: bytes) -> int:
    """FNV-1a of 64 bits (isthe.com/chongo/tech/comp/fnv), finished as MurmurHash3 does (fmix64)."""
    key = 0xCBF29CE484222325
    for byte in word:
        key = (key ^ byte) * 0x100000001B3 & MASK
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        key = (key ^ key >> 33) * factor & MASK
    return max(key ^ key >> 33, 1)


@given(st.lists(st.lists(st.binary(max_size=3), max_size=40), max_size=6))
def test_it_holds_the_hashes_that_begin_with_zeros(batches: list[list[bytes]]) -> None:
    table, state = np.zeros(16, np.uint64), np.zeros(2, np.int64)
    seen: set[int] = set()
    for words in batches:
        sample_words(np.frombuffer(b"".join(words), np.uint8), np.cumsum([0, *map(len, words)]), table, state)
        seen |= set(map(hash_in_python, words))
        kept, level = state.tolist()
        expected = {key for key in seen if key >> (64 - level) == 0}
        assert sorted(table[table > 0].tolist()) == sorted(expected)
        assert kept == len(expected) <= 8
        assert not level or len([key for key in seen if key >> (65 - level) == 0]) > 8  # no level too many
