"""Stemming: Porter's algorithm of 1980, compiled here, and the Snowball project's (Porter 2001), by PyStemmer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textprep.arrow_strings import array_of, buffers_of, strings_of
from textprep.errors import unknown_name
from textprep.stages import register

if TYPE_CHECKING:
    import pyarrow as pa


PORTER = "porter"


@register("stem.v1")
@dataclass(frozen=True)
class Stem:
    """Cut words down to their stems; they should be lower-cased before.

    Args:
        algorithm: "porter" for Porter's stemmer of 1980, or the language of a Snowball stemmer ("english", "german",
            ...).

    Raises:
        ConfigError: There is no such stemmer.
    """

    algorithm: str = PORTER

    def __post_init__(self) -> None:
        if self.algorithm == PORTER:
            return
        import Stemmer

        if self.algorithm not in Stemmer.algorithms():
            raise unknown_name("stemmer", self.algorithm, Stemmer.algorithms())

    def map_words(self, words: Sequence[str]) -> list[str]:
        """Give the stem of each word."""
        stems: list[str] = self.map_array(array_of(words)).to_pylist()
        return stems

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Give the stem of each word."""
        if self.algorithm == PORTER:
            from textprep.words.porter_kernels import porter

            return strings_of(*porter(*buffers_of(words)))

        import Stemmer

        # One stemmer a call: they are not safe to share between threads. The cache would cost more than it saves.
        return array_of(Stemmer.Stemmer(self.algorithm, 0).stemWords(words.to_pylist()))
