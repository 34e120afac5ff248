"""MurmurHash3 against numbers published with it and a plain-Python version."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep.kernels.murmur import murmur_hashes

MASK = 0xFFFFFFFF


def hashes(words: list[bytes], seed: int) -> list[int]:
    offsets = np.cumsum([0, *map(len, words)])
    return murmur_hashes(np.frombuffer(b"".join(words), np.uint8), offsets, seed).tolist()


# Widely used vectors of MurmurHash3_x86_32.
@pytest.mark.parametrize(
    ("word", "seed", "expected"),
    [
        (b"", 0, 0),
        (b"", 1, 0x514E28B7),
        (b"", MASK, 0x81F16F39),
        (b"\x00\x00\x00\x00", 0, 0x2362F9DE),
        (b"\x21\x43\x65\x87", 0, 0xF55B516B),
        (b"\x21\x43\x65\x87", 0x5082EDEE, 0x2362F9DE),
        (b"\x21\x43\x65", 0, 0x7E4A8634),
        (b"\x21\x43", 0, 0xA0F7B07A),
        (b"\x21", 0, 0x72661CF4),
        (b"Hello, world!", 0x9747B28C, 0x24884CBA),
        (b"The quick brown fox jumps over the lazy dog", 0x9747B28C, 0x2FA826CD),
    ],
)
def test_published_vectors(word: bytes, seed: int, expected: int) -> None:
    assert hashes([word], seed) == [expected]


def rotated(value: int, by: int) -> int:
    return (value << by | value >> (32 - by)) & MASK


def plain(word: bytes, seed: int) -> int:
    key = seed
    for at in range(0, len(word), 4):
        block = int.from_bytes(word[at : at + 4], "little")
        key ^= rotated(block * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK
        if at + 4 <= len(word):
            key = (rotated(key, 13) * 5 + 0xE6546B64) & MASK
    key ^= len(word)
    key = (key ^ key >> 16) * 0x85EBCA6B & MASK
    key = (key ^ key >> 13) * 0xC2B2AE35 & MASK
    return key ^ key >> 16


@given(st.lists(st.binary(max_size=21)), st.integers(0, MASK))
def test_as_plain_python(words: list[bytes], seed: int) -> None:
    assert hashes(words, seed) == [plain(word, seed) for word in words]
