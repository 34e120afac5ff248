"""Copying bytes inside kernels."""

from __future__ import annotations

from textprep.kernels.utf8 import Bytes, inner


@inner
def copied(source: Bytes, begin: int, end: int, out: Bytes, at: int) -> int:
    """Copy source[begin:end] to `out` from byte `at` on; return where it ends there.

    Over slices, because numba checks an index that is a sum for being negative, byte by byte.
    """
    size = end - begin
    to, those = out[at : at + size], source[begin:end]
    for k in range(len(those)):
        to[k] = those[k]
    return at + size
