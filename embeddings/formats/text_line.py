"""One line of vector text in plain Python: the rules, their messages, and the truth that the kernel is tested against.

The rules are those of GloVe's own files and of gensim and torchtext where these agree: fields are separated by single
spaces (U+0020 only: a word may hold any other white space), the last `dimension` fields are the numbers, and all before
them is the word, which may therefore hold spaces too ("to name@domain.com" in glove.840B). Unlike them we reject what
would spoil every later computation: NaN, infinity and numbers beyond float32.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

_NUMBER = re.compile(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def read_line(line: bytes, dimension: int) -> tuple[bytes, NDArray[np.float32]]:
    """The word and the numbers (dimension,) of one line.

    Raises:
        ValueError: The line is not a word and `dimension` numbers; the message says why.
    """
    word, *fields = strip_line(line).rsplit(b" ", dimension)
    if len(fields) < dimension:
        raise ValueError(f"expected a word and {dimension} numbers, found only {len(fields) + 1} fields")
    for place, field in enumerate(fields, start=1):
        if not _NUMBER.fullmatch(field):
            raise ValueError(f"number {place} of {dimension} is {_shown(field)}, which is not a finite number")
    if not word or word.startswith(b" ") or word.endswith(b" "):
        raise ValueError("the word is empty or begins or ends with a space; fields are separated by single spaces")
    last = word.rsplit(b" ", 1)[1:]  # nothing where the word is in one piece
    if last and _NUMBER.fullmatch(last[0]):
        raise ValueError(f"expected a word and {dimension} numbers, found more")
    with np.errstate(over="ignore"):
        numbers = np.array([float(field) for field in fields]).astype(np.float32)  # (dimension,)
    if not np.isfinite(numbers).all():
        large = fields[int(np.isfinite(numbers).argmin())]
        raise ValueError(f"{_shown(large)} is too large for float32")
    return word, numbers


def strip_line(line: bytes) -> bytes:
    """The line without its end: newline, carriage return, and the spaces that word2vec writes after the last number."""
    return line.removesuffix(b"\n").removesuffix(b"\r").rstrip(b" ")


def _shown(field: bytes) -> str:
    text = field.decode("utf-8", "backslashreplace")
    return repr(text if len(text) <= 40 else text[:40] + "…")
